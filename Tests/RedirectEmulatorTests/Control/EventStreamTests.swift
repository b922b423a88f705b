import RedirectEmulator
import Testing

@Suite struct EventStreamTests {
  @Test("an event is three lines and an empty one")
  func event() {
    let journal = JournalSamples.journal([JournalSamples.entry(), JournalSamples.entry()])
    let event = journal.entry(2).map { EventStream.event(for: $0, resource: "r") } ?? []
    let lines = String(decoding: event, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 5)
    #expect(lines.prefix(2) == ["event: request", "id: 2"])
    #expect(lines[2].hasPrefix(#"data: {"seq":2,"#))
    #expect(lines[2].hasSuffix("}"))
    #expect(lines.suffix(2) == ["", ""])
  }

  @Test(
    "Last-Event-ID is one of our numbers or nothing",
    arguments: [("17", 17), ("0", 0), ("", nil), ("abc", nil), ("-1", nil), ("1 ", nil)]
      as [(String, UInt64?)])
  func lastEventID(value: String, seq: UInt64?) {
    #expect(EventStream.lastEventID(value) == seq)
  }
}
