import Core
import Documents
import EventLoop
import RedirectCall
import Synchronization

/// What happened, as evidence that outlives the emulator: the calls of resources with their stories, and those of their
/// requests that the journal keeps. It is redacted like the journal, and holds no access key and no token. The guide
/// LivePage describes it.
package struct Report: Sendable {
  /// How a report is written.
  package enum Form: String, Sendable, CaseIterable {
    /// The live page with its data inside: it opens as a file.
    case html
    /// The same data.
    case json
    /// Verdicts, stories and a table, for a pull request.
    case markdown = "md"

    /// The form for a file's name, by its ending; nil for other endings.
    package init?(fileName: some Collection<UInt8>) {
      let name = String(decoding: fileName, as: UTF8.self).lowercased()
      guard let form = Form.allCases.first(where: { name.hasSuffix("." + $0.rawValue) }) else {
        return nil
      }
      self = form
    }
  }

  /// The calls of one resource.
  struct Part: Sendable {
    let resource: ResourceCore
    /// The resource's name in the report.
    let name: String
    let calls: [Call]
    let form: CallForm
    /// Older calls that are left out.
    let omitted: Int
    let dropped: UInt64
  }

  /// The most calls of a resource: the newest ones.
  static let callLimit = 2_000
  /// The most bytes of all requests as JSON. Beyond that, requests are left out, first those of calls without a
  /// problem.
  static let requestBytes = 16 << 20

  let parts: [Part]
  /// When it was made, on the machine's clock.
  let time: Instant

  /// - Complexity: O(entries of the journals). Use it on the background thread, or after the end.
  init(of resources: [ResourceCore], page: (ResourceCore) -> String) {
    time = Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
    parts = resources.map { Part($0, name: $0.name, page: page($0)) }
  }

  /// The report in a form.
  package func bytes(as form: Form) -> [UInt8] {
    switch form {
    case .html: html
    case .json: json
    case .markdown: Array(markdown.utf8)
    }
  }

  /// The model that the page reads. For each resource it has what the control API has at `calls`, `requests/SEQ`,
  /// `scenario` and `clock`.
  var json: [UInt8] {
    var left = Self.requestBytes
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", Emulator.version)
      writer.member("at", time)
      writer.member("resources") { writer in
        writer.array { writer in
          for part in parts { part.write(to: &writer, requestBytes: &left) }
        }
      }
    }
    return writer.bytes
  }
}

extension Report.Part {
  /// - Parameter page: where the live page shows a call, without its id; empty if there is no page.
  init(_ resource: ResourceCore, name: String, page: String) {
    let list = CallList(of: resource)
    let all = list.all
    self.init(
      resource: resource, name: name, calls: Array(all.prefix(Report.callLimit)),
      form: CallForm(journal: list.journal, page: page, isSummary: true),
      omitted: max(0, all.count - Report.callLimit), dropped: list.dropped)
  }

  /// - Parameter left: bytes that requests may still take; what is written is taken from them.
  func write(to writer: inout JSONWriter, requestBytes left: inout Int) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("calls") { writer in
        writer.array { writer in
          for call in calls { call.write(to: &writer, as: form) }
        }
      }
      writer.member("omitted", omitted)
      writer.member("dropped", dropped)
      // Requests that explain a problem come first, in case there is not room for all.
      let sorted =
        calls.filter(\.verdict.isProblem) + calls.filter { !$0.verdict.isProblem }
      writer.member("requests") { writer in
        writer.array { writer in
          for attempt in sorted.lazy.flatMap(\.attempts) {
            guard left > 0 else { break }
            guard let entry = form.journal.entry(attempt.seq) else { continue }
            let before = writer.bytes.count
            RecordedRequest(entry, resource: name).write(to: &writer, raw: true)
            left -= writer.bytes.count - before
          }
        }
      }
      writer.member("scenario") { writer in
        let loaded = resource.state.withLock { $0.scenario }
        guard let loaded,
          let node = try? Document.parse(
            String(decoding: loaded.engine.json(changedAt: loaded.changedAt), as: UTF8.self),
            as: .json)
        else { return writer.null() }
        writer.value(node)
      }
      writer.member("clock") { writer in
        writer.object { resource.writeClock(to: &$0) }
      }
    }
  }
}
