import Core
import EventLoop
import Foundation
import TestSupport
import Testing

@Suite("LineRing: whoever logs never waits for whoever reads")
struct LineRingTests {
  private static func notice(_ notice: LineRing.Notice) -> [UInt8] {
    switch notice {
    case .dropped(let count): Array("\(count) dropped\n".utf8)
    case .notReopened: Array("not reopened\n".utf8)
    }
  }

  private static func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  /// Reads until there are no more writers, until `isEnough` says so, or until nothing comes for a minute.
  private static func read(_ descriptor: Int32, until isEnough: (String) -> Bool) -> String {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !isEnough(text) {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 60_000) == 1 else { break }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return text
  }

  private static func folder() throws -> URL {
    let made = FileManager.default.temporaryDirectory.appending(path: "ring-\(UUID())")
    try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    return made
  }

  @Test("lines come in their order, and the end waits for all of them")
  func order() throws {
    let (reading, writing) = try Self.pipe()
    defer { close(reading) }
    let ring = try LineRing(.descriptor(writing), notice: Self.notice)
    for number in 0..<1_000 { ring.append(Self.line("line \(number)")) }
    #expect(ring.stop(within: .seconds(60)))
    close(writing)
    let text = Self.read(reading) { _ in false }
    #expect(text == (0..<1_000).map { "line \($0)\n" }.joined())
    #expect(ring.dropped == 0)
    // What comes after the end is dropped and counted.
    ring.append(Self.line("late"))
    #expect(ring.dropped == 1)
  }

  @Test("a reader that stops costs lines, which are counted, and told about when it reads again")
  func stopped() throws {
    let (reading, writing) = try Self.pipe()
    defer { close(reading) }
    let ring = try LineRing(.descriptor(writing), capacity: 4_096, notice: Self.notice)
    var appended: UInt64 = 0
    // The pipe takes 64 KiB, and the ring two times its capacity at most; then it is full.
    while ring.dropped < 100 {
      ring.append(Self.line("line \(appended)"))
      appended += 1
      try #require(appended < 1_000_000)
    }
    // The notice comes behind what was being written.
    var text = Self.read(reading) { $0.contains(" dropped\n") }
    // The notice may be there before the writer takes the lines that fill the ring.
    while true {
      let before = ring.dropped
      ring.append(Self.line("works again"))
      appended += 1
      if ring.dropped == before { break }
      sched_yield()
    }
    text += Self.read(reading) { $0.contains("works again\n") }
    #expect(ring.stop(within: .seconds(60)))
    close(writing)
    text += Self.read(reading) { _ in false }
    let dropped = ring.dropped
    let lines = text.split(separator: "\n")
    let told = lines.compactMap { $0.hasSuffix(" dropped") ? UInt64($0.prefix { $0 != " " }) : nil }
    #expect(told.reduce(0, +) == dropped)
    #expect(UInt64(lines.count) - UInt64(told.count) + dropped == appended)
  }

  @Test("the end leaves a reader that has stopped")
  func abandoned() throws {
    let (reading, writing) = try Self.pipe()
    let ring = try LineRing(.descriptor(writing), capacity: 1 << 20, notice: Self.notice)
    let long = Self.line(String(repeating: "x", count: 999))
    for _ in 0..<1_000 { ring.append(long) }
    #expect(!ring.stop(within: .milliseconds(50)))
    // The writer's thread ends when there is no reader any more, and a later call waits for that.
    close(reading)
    #expect(ring.stop(within: .seconds(60)))
    close(writing)
  }

  @Test("a file is added to, and opened again when it was moved away")
  func file() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "log")
    try Data("before\n".utf8).write(to: path)
    let ring = try LineRing(.file(Path(path.path)), notice: Self.notice)
    ring.append(Self.line("one"))
    func text(_ name: String) -> String {
      (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    }
    #expect(becomesTrue { text("log") == "before\none\n" })
    try FileManager.default.moveItem(at: path, to: folder.appending(path: "log.1"))
    ring.reopen()
    #expect(becomesTrue { FileManager.default.fileExists(atPath: path.path) })
    ring.append(Self.line("two"))
    #expect(ring.stop(within: .seconds(60)))
    #expect(text("log.1") == "before\none\n" && text("log") == "two\n")
  }

  @Test(
    "a file that cannot be opened again is reported in the one that is open, which still gets the lines"
  )
  func notReopened() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let inner = folder.appending(path: "logs")
    let moved = folder.appending(path: "moved")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
    let ring = try LineRing(.file(Path(inner.appending(path: "log").path)), notice: Self.notice)
    ring.append(Self.line("one"))
    try FileManager.default.moveItem(at: inner, to: moved)
    ring.reopen()
    func text() -> String {
      (try? String(contentsOf: moved.appending(path: "log"), encoding: .utf8)) ?? ""
    }
    #expect(becomesTrue { text().contains("not reopened\n") })
    ring.append(Self.line("two"))
    #expect(ring.stop(within: .seconds(60)))
    #expect(text().split(separator: "\n").sorted() == ["not reopened", "one", "two"])
  }

  @Test("a full disk drops lines, as a reader that has stopped does")
  func full() throws {
    let ring = try LineRing(.file(Path("/dev/full")), notice: Self.notice)
    for number in 0..<10 { ring.append(Self.line("line \(number)")) }
    #expect(ring.stop(within: .seconds(60)))
    #expect(ring.dropped >= 10)
  }

  @Test("a file that cannot be opened is an error, and a pipe that nobody reads is not a wait")
  func refused() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let fifo = folder.appending(path: "fifo").path
    try #require(mkfifo(fifo, 0o600) == 0)
    for path in [folder.path, folder.path + "/none/log", fifo] {
      #expect(throws: Errno.self) { try LineRing(.file(Path(path)), notice: Self.notice) }
    }
  }
}
