import Core
import Foundation
import HTTP1
import LibCrypto
import RedirectEmulator
import TestSupport
import Testing

/// The requests that official SDKs were seen to send, in `fixtures/requests/SDK/VERSION/`: each is replayed as it
/// was captured, but for what a recorder takes out or time takes away, the credential.
@Suite("The captured requests of the SDKs, replayed over a socket")
struct CapturedRequestsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures/requests")

  /// Paths below the folder, such as `java/1.0.4-core1.61-jdk/token-user.http`.
  private static let paths = ["dotnet", "java", "javascript"].flatMap { sdk -> [String] in
    let root = folder.appending(path: sdk).path
    return ((try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? [])
      .filter { $0.hasSuffix(".http") }.map { "\(sdk)/\($0)" }
  }.sorted()

  @Test("every one gets the status that the contract gives it, and the sum is printed")
  func replay() async throws {
    #expect(Self.paths.count == 303)
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    var sums: [String: [Int: Int]] = [:]
    for path in Self.paths {
      emulator.defaultResource.clearRequests()
      var request = try CapturedRequest(Self.folder.appending(path: path))
      emulator.defaultResource.now = request.date
      try request.authorize(for: emulator)
      try client.send(request.bytes)
      let answer = try client.readResponse()
      // The one version that is not served by default is that of the policy of 2020.
      let expected = request.version == "2023-01-15-preview" ? 400 : 204
      #expect(answer.status == expected, "\(path): \(answer.text)")
      let recorded = try #require(emulator.requests.last)
      if expected == 204 {
        #expect(recorded.executed && recorded.failed == nil, "\(path)")
        #expect(answer["Repeatability-Result"] == "accepted", "\(path)")
        #expect(recorded.ignored == request.expectedIgnored, "\(path)")
      } else {
        #expect(answer.member("code") == "UnsupportedApiVersionValue", "\(path)")
        #expect(answer.member("message")?.contains("--api-version") == true, "\(path)")
      }
      let sdk = String(path.prefix { $0 != "/" })
      sums[sdk, default: [:]][answer.status, default: 0] += 1
    }
    let total = sums.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    print("replayed \(Self.paths.count) captured requests: \(Self.text(total))")
    for (sdk, sum) in sums.sorted(by: { $0.key < $1.key }) {
      print("  \(sdk): \(Self.text(sum))")
    }
    #expect(total == [204: 281, 400: 22])
  }

  @Test("where every version is served, all of them pass, also strictly")
  func strict() async throws {
    var configuration = Configuration()
    configuration.strict = true
    configuration.skipsAPIVersionCheck = true
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    var refused: [String] = []
    for path in Self.paths {
      var request = try CapturedRequest(Self.folder.appending(path: path))
      emulator.defaultResource.now = request.date
      try request.authorize(for: emulator)
      try client.send(request.bytes)
      let answer = try client.readResponse()
      if answer.status != 204 { refused.append("\(path): \(answer.text)") }
    }
    #expect(refused == [])
  }

  private static func text(_ sum: [Int: Int]) -> String {
    sum.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }.joined(separator: ", ")
  }
}

/// One captured request, with a credential of today's where the captured one is gone.
struct CapturedRequest {
  private var head: [String]
  private let body: [UInt8]
  /// When it was sent.
  let date: Date

  init(_ file: URL) throws {
    let bytes = Array(try Data(contentsOf: file))
    let end = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
    head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    body = Array(bytes[end.upperBound...])
    let text = try #require(Self.value("Repeatability-First-Sent", in: head))
    let sent = try #require(IMFFixdate(text))
    date = Date(timeIntervalSince1970: Double(sent.secondsSince1970))
  }

  var bytes: [UInt8] { Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body }

  var version: String? { target.split(separator: "=").last.map(String.init) }

  /// The members beside the two that .NET's previews send.
  var expectedIgnored: [String] {
    let text = String(decoding: body, as: UTF8.self)
    return ["customContext", "customCallingContext"].filter { text.contains("\"\($0)\":") }
  }

  private var target: String { head[0].components(separatedBy: " ")[1] }

  private func value(_ name: String) -> String? { Self.value(name, in: head) }

  private static func value(_ name: String, in head: [String]) -> String? {
    let prefix = name.lowercased() + ":"
    return head.first { $0.lowercased().hasPrefix(prefix) }.map {
      $0.dropFirst(prefix.count).trimmingCharacters(in: .whitespaces)
    }
  }

  /// Signs with the emulator's key what the SDK signed, or puts in a token of the emulator's.
  mutating func authorize(for emulator: Emulator) throws {
    let line = try #require(head.firstIndex { $0.lowercased().hasPrefix("authorization:") })
    let credential = try #require(value("Authorization"))
    let name = head[line].prefix { $0 != ":" }
    guard credential.hasPrefix("HMAC-SHA256 ") else {
      let token = try emulator.token()
      head[line] = "\(name): Bearer \(token)"
      return
    }
    let names = String(
      credential.dropFirst("HMAC-SHA256 SignedHeaders=".count).prefix { $0 != "&" })
    var values: [String] = []
    for name in names.split(separator: ";") {
      let signed = name == "host" ? signedHost : value(String(name))
      values.append(try #require(signed))
    }
    #expect(value("x-ms-content-sha256") == SHA256.hash(body.span).base64)
    let text = "POST\n\(target)\n\(values.joined(separator: ";"))"
    let accessKey = try Base64.standard.decode(emulator.accessKey)
    let key = HMACSHA256Key(accessKey.span)
    let signature = key.authenticationCode(for: Array(text.utf8).span).base64
    let made = "HMAC-SHA256 SignedHeaders=\(names)&Signature=\(signature)"
    // Where the recorder left the signature in, it was made with the same key and over the same string.
    if !credential.hasSuffix("=***") { #expect(credential == made) }
    head[line] = "\(name): \(made)"
  }

  /// The host that this SDK signs: what it sends in X-FORWARDED-HOST, else Java's bare name, else `Host`.
  private var signedHost: String? {
    if let forwarded = value("X-FORWARDED-HOST") { return forwarded }
    guard let host = value("Host") else { return nil }
    let isJava = value("User-Agent")?.contains("azsdk-java") ?? false
    return isJava ? host.prefix { $0 != ":" }.description : host
  }
}
