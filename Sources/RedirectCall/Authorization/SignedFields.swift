import Core
import HTTP1

/// The values of the headers that a client says it signed, in the order in which it named them. Contract guide,
/// Authorization.
struct SignedFields {
  var values: InlineArray<32, Range<Int>>
  var count: Int
  /// The index of the host among the values; others may have been signed instead.
  var hostIndex: Int
  var date: Range<Int>
  var contentHash: Range<Int>
  /// The values of `x-ms-host` and `X-FORWARDED-HOST`, if `host` was signed and they were sent; else empty.
  var azureHost: Range<Int>
  var forwardedHost: Range<Int>

  /// Bytes of all values and the separators between them.
  var byteCount: Int {
    var total = count
    for index in 0..<count { total += values[index].count }
    return total
  }

  init(_ message: Span<UInt8>, head: RequestHead, names: Range<Int>) throws(Rejection) {
    values = InlineArray(repeating: 0..<0)
    count = 0
    azureHost = 0..<0
    forwardedHost = 0..<0
    var host: Int?
    var date: Range<Int>?
    var plainDate: Range<Int>?
    var contentHash: Range<Int>?
    var start = names.lowerBound
    while start <= names.upperBound {
      let end = message.first(ASCII.semicolon, in: start..<names.upperBound) ?? names.upperBound
      guard count < AccessKeyRequest.signedHeadersLimit else {
        throw .denied(
          .hmacValidation,
          "SignedHeaders has more than \(AccessKeyRequest.signedHeadersLimit) names.")
      }
      let field = try Self.field(start..<end, message, head: head)
      switch field.known {
      case .host, .xMSHost:
        guard host == nil else {
          throw .denied(.hmacValidation, "SignedHeaders names the host more than once.")
        }
        host = count
        if field.known == .host {
          guard head.count(of: .xMSHost) <= 1 else {
            throw .denied(.hmacValidation, "The header x-ms-host was sent more than once.")
          }
          azureHost = head.value(of: .xMSHost) ?? 0..<0
          // A proxy may add further ones; then none of them is known to be the client's.
          if head.count(of: .xForwardedHost) == 1 {
            forwardedHost = head.value(of: .xForwardedHost) ?? 0..<0
          }
        }
      case .xMSDate: date = field.value
      case .date: plainDate = field.value
      case .xMSContentSHA256: contentHash = field.value
      default: break
      }
      values[count] = field.value
      count += 1
      start = end + 1
    }
    guard let host else { throw Self.unsigned("host") }
    guard let date = date ?? plainDate else { throw Self.unsigned("x-ms-date") }
    guard let contentHash else { throw Self.unsigned("x-ms-content-sha256") }
    hostIndex = host
    self.date = date
    self.contentHash = contentHash
  }

  private static func unsigned(_ name: String) -> Rejection {
    .denied(
      .hmacValidation,
      "SignedHeaders does not name \(name): expected x-ms-date, host and x-ms-content-sha256 among them."
    )
  }

  private static func field(
    _ name: Range<Int>, _ message: Span<UInt8>, head: RequestHead
  ) throws(Rejection) -> FieldLine {
    var found: FieldLine?
    for field in head.fields where message.equalsIgnoringCase(field.name, name) {
      guard found == nil else {
        throw .denied(
          .hmacValidation, "The signed header \(message.quoted(name)) was sent more than once.")
      }
      found = field
    }
    guard let found else {
      throw .denied(
        .hmacValidation,
        "SignedHeaders names \(message.quoted(name)), but the request has no such header.")
    }
    return found
  }
}
