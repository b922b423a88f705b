import HTTP1
import RedirectCall
import Scenarios

/// What rules ask of a request. It keeps a copy of the bytes, of which texts are made when a rule asks.
struct RuleFacts: RequestFacts {
  let isValid: Bool
  let connection: Int
  var attempt = 1
  var call = 0

  private let exchange: Exchange
  private let head: RequestHead
  private let headBytes: [UInt8]
  private let body: [UInt8]

  /// - Parameter connection: which one since the rules were loaded.
  init(
    _ exchange: Exchange, _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>,
    connection: Int
  ) {
    isValid = exchange.rejection == nil
    self.connection = connection
    self.exchange = exchange
    self.head = head
    var bytes: [UInt8] = []
    bytes.append(message, 0..<head.length)
    headBytes = bytes
    bytes = []
    bytes.append(body, 0..<body.count)
    self.body = bytes
  }

  var authScheme: String? { exchange.scheme?.rawValue }
  var user: String? { exchange.user }
  var apiVersion: String? { exchange.version?.description }
  var targetKind: String? { exchange.request?.target.kind.rawValue }
  var targetID: String? { exchange.request?.target.id.string(in: body.span) }
  var context: String? { exchange.request?.incomingCallContext.string(in: body.span) }

  func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    let bytes = headBytes.span
    var values: [String] = []
    for field in head.fields where ASCII.string(bytes, field.name).lowercased() == wanted {
      values.append(ASCII.string(bytes, field.value))
    }
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
