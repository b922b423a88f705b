import CTexts
import Documents
import Scenarios

/// A bad day that comes with the program: a scenario file of `fixtures/days`, which `check`, `plan` and `serve` accept
/// like any other.
package struct EmbeddedDay: Sendable {
  /// The file's name, without its ending: `throttled-twice`.
  package let file: String
  /// The file.
  package let text: String

  /// All days, in the order in which they are run: first those that every app should survive.
  package static var all: [EmbeddedDay] {
    (0..<ctexts_day_count()).compactMap { index in
      guard let day = ctexts_day_at(index)?.pointee, let name = day.file else { return nil }
      return EmbeddedDay(
        file: String(cString: name),
        text: String(
          decoding: UnsafeBufferPointer(start: day.text.bytes, count: day.text.count),
          as: UTF8.self))
    }
  }

  /// The rules, and what the file says about the day.
  ///
  /// - Throws: ``DocumentErrors`` if the file is wrong, which the tests rule out.
  package func scenario() throws(DocumentErrors) -> Scenario {
    try ScenarioDecoder.decode(text)
  }

  /// The day with this name or this file's name; nil if there is none.
  package static func named(_ name: String) -> EmbeddedDay? {
    all.first { (try? $0.scenario())?.day?.isNamed(name) ?? false }
  }
}
