import Core
import Documents
import HTTP1
import RedirectCall
import Scenarios

/// The facts about a request that rules need, read from the journal's entry.
struct RecordedFacts: RequestFacts {
  private let entry: JournalEntry
  private let reader: RecordedMessageReader
  let connection: Int

  /// - Parameter connection: the connection's number since the rules were loaded.
  init(_ entry: JournalEntry, connection: Int) {
    self.entry = entry
    reader = RecordedMessageReader(entry.message)
    self.connection = connection
  }

  var isValid: Bool { entry.isValid }
  var attempt: Int { max(Int(entry.attempt), 1) }
  var call: Int { Int(entry.call) }
  var ofCall: Int { Int(entry.ordinalOfCall) }
  var deliveries: Int { Int(entry.deliveriesOfCall) }
  var user: String? { entry.user }
  var authScheme: String? { entry.scheme?.rawValue }
  var apiVersion: String? { reader.queryParameter("api-version") }
  var targetKind: String? { entry.targetKind?.rawValue }
  var targetID: String? { entry.targetKind == nil ? nil : entry.targetIDText }
  var context: String? { entry.incomingCallContext }

  func header(_ name: String) -> String? {
    let values = reader.fields.filter { reader.text($0.name).equalsIgnoringCase(name) }
      .map { reader.text($0.value) }
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}

extension JournalEntry {
  /// The request's `incomingCallContext`; nil if its body cannot be read that far.
  var incomingCallContext: String? {
    let message = message.withoutToken
    let bytes = message.bytes
    let start = message.headLength ?? 0
    return IncomingCallContext.find(in: bytes.span.extracting(start..<bytes.count))
  }
}
