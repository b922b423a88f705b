import Foundation
import RedirectEmulator
import Scenarios
import Testing

@Suite struct EmbeddedDayTests {
  private static var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../fixtures/days")
      .standardizedFileURL
  }

  @Test("the program has each file of fixtures/days, as it is")
  func files() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let days = EmbeddedDay.all
    #expect(days.map { $0.file + ".yaml" }.sorted() == names.sorted())
    for day in days {
      let file = Self.folder.appending(path: day.file + ".yaml")
      #expect(try day.text == String(contentsOf: file, encoding: .utf8), "\(day.file)")
    }
  }

  @Test("a day is found by its name and by its file's")
  func named() throws {
    for day in EmbeddedDay.all {
      let name = try #require(try day.scenario().day?.name)
      #expect(EmbeddedDay.named(name)?.file == day.file)
      #expect(EmbeddedDay.named(day.file)?.file == day.file)
    }
    #expect(EmbeddedDay.named("a day that is not one") == nil)
  }

  @Test("a day may expect each final verdict of a call, and no other")
  func verdicts() {
    #expect(Day.Expect.verdicts == Call.Verdict.allCases.filter(\.isFinal).map(\.rawValue))
  }
}
