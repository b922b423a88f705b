import Core
import HTTP1
import LibCrypto
import RedirectCall

/// A request whose head is put together by hand from fields in any order, so that authorization is tested
/// without the parser.
struct AuthorizationMessage {
  var method = "POST"
  var target = "/calling/callConnections:redirect?api-version=2026-03-12"
  var body = "{}"
  var fields: [(name: String, value: String)] = []

  static let key = (try? AccessKey(base64: DevelopmentKeys.accessKey)) ?? .random()
  static let date = "Mon, 23 Nov 2026 10:00:00 GMT"
  /// The moment that `date` names.
  static let now = Instant(seconds: 1_795_428_000)

  static func hash(_ body: String) -> String { SHA256.hash(Array(body.utf8).span).base64 }

  /// A request as an SDK signs it.
  /// - Parameters:
  ///   - host: what is sent as `Host`.
  ///   - signedHost: what is in the string to sign.
  ///   - others: fields that are sent besides, before the signature is made.
  static func signed(
    host: String = "127.0.0.1:4010", signedHost: String? = nil, method: String = "POST",
    target: String? = nil, body: String = "{\"incomingCallContext\":\"x\"}",
    names: String = "x-ms-date;host;x-ms-content-sha256", others: [(String, String)] = [],
    key: AccessKey = key
  ) -> AuthorizationMessage {
    var message = AuthorizationMessage()
    message.method = method
    message.target = target ?? message.target
    message.body = body
    message.fields = [
      ("Host", host), ("x-ms-date", date), ("x-ms-content-sha256", hash(body)),
    ]
    message.fields += others.map { (name: $0.0, value: $0.1) }
    let values = names.split(separator: ";").map { name in
      let isHost = name.lowercased() == "host"
      return isHost ? signedHost ?? host : message[String(name)]
    }
    let text = "\(method)\n\(message.target)\n" + values.joined(separator: ";")
    message.fields.append(
      ("Authorization", "HMAC-SHA256 SignedHeaders=\(names)&Signature=\(key.signature(of: text))"))
    return message
  }

  static func bearer(_ token: String) -> AuthorizationMessage {
    var message = AuthorizationMessage()
    message.fields = [("Host", "127.0.0.1:4010"), ("Authorization", "Bearer \(token)")]
    return message
  }

  /// The first field of this name, compared without case.
  subscript(name: String) -> String {
    get { fields.first { $0.name.lowercased() == name.lowercased() }?.value ?? "" }
    set {
      fields = fields.map {
        $0.name.lowercased() == name.lowercased() ? (name: $0.name, value: newValue) : $0
      }
    }
  }

  mutating func remove(_ name: String) {
    fields.removeAll { $0.name.lowercased() == name.lowercased() }
  }

  var parsed: (bytes: [UInt8], head: RequestHead) {
    var bytes: [UInt8] = []
    func append(_ text: String) -> Range<Int> {
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      return start..<bytes.count
    }
    var head = RequestHead()
    head.methodBytes = append(method)
    _ = append(" ")
    head.target.whole = append(target)
    if target.hasPrefix("http"), let slash = target.firstIndex(of: "/", after: 3) {
      head.target.form = .absolute
      let start =
        head.target.whole.lowerBound + target.utf8.distance(from: target.startIndex, to: slash)
      let mark = target.firstIndex(of: "?").map {
        head.target.whole.lowerBound + target.utf8.distance(from: target.startIndex, to: $0)
      }
      head.target.path = start..<(mark ?? head.target.whole.upperBound)
      head.target.query = mark.map { ($0 + 1)..<head.target.whole.upperBound }
    }
    for field in fields {
      _ = append("\r\n")
      let name = append(field.name)
      _ = append(": ")
      let value = append(field.value)
      let known = KnownFieldName.allCases.first { "\($0.lowercased)" == field.name.lowercased() }
      head.fields.append(FieldLine(name: name, value: value, known: known))
    }
    return (bytes, head)
  }

  /// The whole way of an access-key request: the reason of its rejection, or nil.
  func rejection(
    key: AccessKey = AuthorizationMessage.key, now: Instant = AuthorizationMessage.now
  ) -> Rejection? {
    let (bytes, head) = parsed
    do throws(Rejection) {
      let header = try AuthorizationHeader(bytes.span, head: head)
      guard case .accessKey(let names, let signature) = header else {
        return .denied(.invalidToken, "not an access key")
      }
      let request = try AccessKeyRequest.parse(
        bytes.span, head: head, signedHeaders: names, signature: signature,
        body: Array(body.utf8).span)
      guard request.verify(with: key) else {
        return request.mismatch(bytes.span, head: head, key: key)
      }
      try request.checkDate(now: now)
      return nil
    } catch {
      return error
    }
  }
}

extension String {
  /// The `count`th occurrence of a character.
  func firstIndex(of character: Character, after count: Int) -> Index? {
    indices.filter { self[$0] == character }.dropFirst(count - 1).first
  }
}

extension Rejection {
  /// Subcode and reason, for the tests' tables.
  var inner: (code: String, message: String) {
    (error.innererror.first?.code ?? "", error.innererror.first?.message ?? "")
  }
}
