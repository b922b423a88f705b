import Core
import Documents
import HTTP1
import RedirectCall
import Scenarios

/// The facts about a request that the rules of one scenario need.
struct RuleFacts: RequestFacts, ~Copyable {
  let isValid: Bool
  let connection: Int
  var attempt = 1
  var call = 0
  var ofCall = 0
  var deliveries = 0

  let user: String?
  let targetID: String?
  let context: String?
  private let scheme: AuthenticationScheme?
  private let version: APIVersion?
  private let kind: IdentifierKind?
  /// The head, if a rule needs a field line.
  private let fields: [FieldLine]
  private let head: [UInt8]

  /// - Parameters:
  ///   - connection: its number since the rules were loaded.
  ///   - asked: the facts that are kept; no rule needs the others.
  init(
    _ exchange: borrowing Exchange, _ request: borrowing Request, _ head: RequestHead,
    connection: Int,
    asked: AskedFacts
  ) {
    let body = request.body
    isValid = exchange.rejection == nil
    self.connection = connection
    user = exchange.user
    scheme = exchange.scheme
    version = exchange.version
    kind = exchange.request?.target.kind
    targetID =
      asked.contains(.targetID) ? exchange.request?.target.id.string(in: body) : nil
    context =
      asked.contains(.context) ? exchange.request?.incomingCallContext.string(in: body) : nil
    var bytes: [UInt8] = []
    if asked.contains(.headers) { bytes.append(request.message, 0..<head.length) }
    fields = asked.contains(.headers) ? head.fields : []
    self.head = bytes
  }

  var authScheme: String? { scheme?.rawValue }
  var apiVersion: String? { version?.description }
  var targetKind: String? { kind?.rawValue }

  func header(_ name: String) -> String? {
    let bytes = head.span
    var values: [String] = []
    for field in fields where bytes.string(in: field.name).equalsIgnoringCase(name) {
      values.append(bytes.string(in: field.value))
    }
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
