import Core
import EventLoop
import Options
import RedirectEmulator
import Synchronization

/// The files that a run leaves for people: the reports of `--report`, written at the end, and the entries of
/// `--journal`, written when their requests end.
final class Evidence: Sendable {
  /// Gets the journal's entries; nil if no file for them was asked for.
  let journal: LineRing?
  private let reports: [(path: Path, form: Report.Form, subject: String)]
  private let failed = Atomic(false)

  /// How long the end waits for a slow disk.
  private static let grace = Duration.seconds(2)
  /// Bytes of entries that may wait to be written. With the calls' real contexts an entry has some 17 KB.
  private static let capacity = 16 << 20

  /// Refuses, before anything is done, files that may not be written.
  ///
  /// - Parameter hasReports: whether reports of this run are written; `drill` writes its own.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  init(_ values: Values, hasReports: Bool = true) throws(Failure) {
    let subject = values.subject(of: ServeOptions.report)
    var reports: [(path: Path, form: Report.Form, subject: String)] = []
    for path in hasReports ? values[ServeOptions.report] : [] {
      _ = try WritableFile.place(of: path, .replaced, subject)
      // Other names were already refused together with the other options.
      guard let form = Report.Form(fileName: path.bytes) else { continue }
      reports.append((path, form, subject))
    }
    self.reports = reports
    guard let path = values[ServeOptions.journal] else {
      journal = nil
      return
    }
    let name = values.subject(of: ServeOptions.journal)
    _ = try WritableFile.place(of: path, .appended, name)
    do {
      journal = try LineRing(.file(path), capacity: Self.capacity) { notice in
        switch notice {
        case .dropped(let count): Array("{\"missed\":\(count)}\n".utf8)
        case .notReopened: []
        }
      }
    } catch {
      throw .cannotCreate("\(name): \(error.reason)")
    }
  }

  /// Writes the reports.
  ///
  /// - Returns: what could not be written.
  func write(_ report: @autoclosure () -> Report) -> [String] {
    if reports.isEmpty { return [] }
    let report = report()
    var failures: [String] = []
    for (path, form, subject) in reports {
      do throws(Failure) {
        _ = try WrittenFile(path, report.bytes(as: form), subject)
      } catch {
        failures += error.lines
        failed.store(true, ordering: .relaxed)
      }
    }
    return failures
  }

  /// The first report that is a page, as its name was given.
  var page: String? {
    reports.first { $0.form == .html }.map { ShownText.line($0.path.bytes) }
  }

  /// Whether a report could not be written.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// Writes the rest of the journal's file.
  func end() {
    journal?.stop(within: Self.grace)
  }
}
