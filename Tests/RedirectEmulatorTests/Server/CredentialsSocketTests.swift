import Core
import Foundation
import LibCrypto
import RedirectEmulator
import TestSupport
import Testing

@Suite("What a client reads about its credential, over a socket")
struct CredentialsSocketTests {
  private static func send(_ request: RedirectRequest, to emulator: Emulator) throws
    -> RawResponse
  {
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    return try client.readResponse()
  }

  @Test("a failed signature has the live service's code and words, and our reason inside")
  func failedSignature() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var wrongKey = RedirectRequest(authorization: nil)
    try wrongKey.sign(accessKey: "d3Jvbmcga2V5", date: Dates.imf())
    var late = RedirectRequest(authorization: nil)
    try late.sign(accessKey: emulator.accessKey, date: Dates.imf(-400))
    var changed = RedirectRequest(authorization: nil)
    try changed.sign(accessKey: emulator.accessKey, date: Dates.imf())
    changed.body += " "
    let malformed = RedirectRequest(authorization: "HMAC-SHA256 Signature=")
    for (request, reason) in [
      (wrongKey, "another key"), (late, "300 seconds"), (changed, "x-ms-content-sha256"),
      (malformed, "SignedHeaders"),
    ] {
      let answer = try Self.send(request, to: emulator)
      #expect(answer.status == 401)
      #expect(answer["WWW-Authenticate"] == "Bearer, HMAC-SHA256")
      #expect(answer["x-ms-error-code"] == "7509")
      let error = try answer.json()["error"]
      #expect(error["code"].text == "7509")
      #expect(error["message"].text == "HMAC-SHA256 validation failed")
      #expect(error["innererror"]["code"].text == "7509")
      #expect(error["innererror"]["message"].text?.contains(reason) == true, "\(error)")
      #expect(emulator.requests.last?.failed?.code == "7509")
    }
  }

  @Test("a host that was signed with a '/' behind is found in the resource with that key")
  func slashBehindHost() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let other = try emulator.makeResource()
    var request = RedirectRequest(authorization: nil)
    try request.sign(
      accessKey: other.accessKey, date: Dates.imf(), host: request.host + "/")
    let answer = try Self.send(request, to: emulator)
    let reason = try answer.json()["error"]["innererror"]["message"].text ?? ""
    #expect(answer.status == 401 && reason.contains("the endpoint without the '/'"), "\(reason)")
    #expect(other.requests.last?.failed?.code == "7509" && emulator.requests.isEmpty)
  }

  @Test("a failed token stays Denied, and its reason says whether its key is known")
  func failedToken() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let token = try emulator.token()
    let parts = token.split(separator: ".").map(String.init)
    let changed = "\(parts[0]).\(parts[1]).\(parts[1])"
    let unknown =
      Base64.url.encode(Array(#"{"alg":"RS256","kid":"mine"}"#.utf8).span)
      + ".\(parts[1]).\(parts[2])"
    let expired = try emulator.token(expiresIn: .seconds(-1))
    for (token, reason) in [
      (changed, "is a key known here, but it did not sign"), (unknown, "is of no known key"),
      (expired, "is expired"), ("nonsense", "is not a JWT"),
    ] {
      let answer = try Self.send(
        RedirectRequest(authorization: "Bearer " + token), to: emulator)
      #expect(answer.status == 401)
      let error = try answer.json()["error"]
      #expect(error["code"].text == "Denied")
      #expect(error["message"].text == "Denied by the resource provider.")
      #expect(error["innererror"]["code"].text == "7501")
      #expect(error["innererror"]["message"].text?.contains(reason) == true, "\(error)")
      // The journal shows the scheme of a token that was refused, too.
      #expect(emulator.requests.last?.scheme == .userToken, "\(reason)")
    }
  }

  @Test("the journal tells a refused token of Entra ID, and names nothing for an unknown scheme")
  func refusedSchemes() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let payload = Base64.url.encode(
      Array(#"{"aud":"https://communication.azure.com","exp":1,"iss":"i","sub":"s"}"#.utf8).span)
    let header = Base64.url.encode(Array(#"{"alg":"RS256"}"#.utf8).span)
    for (authorization, scheme) in [
      ("Bearer \(header).\(payload).AAAA", AuthenticationScheme.entra), ("Basic YTpi", nil),
    ] as [(String, AuthenticationScheme?)] {
      let answer = try Self.send(RedirectRequest(authorization: authorization), to: emulator)
      #expect(answer.status == 401)
      #expect(emulator.requests.last?.scheme == scheme, "\(authorization)")
    }
  }

  @Test("the name in X-FORWARDED-HOST may be the host that was signed")
  func forwardedHost() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for (signed, forwarded, status) in [
      ("contoso.communication.azure.com", ["contoso.communication.azure.com"], 204),
      ("contoso.communication.azure.com", ["fabrikam.communication.azure.com"], 401),
      ("contoso.communication.azure.com", [], 401),
      // A proxy's header does no harm to what was signed over Host.
      ("127.0.0.1", ["proxy.example"], 204), ("127.0.0.1", ["a", "b"], 204),
    ] {
      var request = RedirectRequest(authorization: nil)
      request.host = signed
      try request.sign(accessKey: emulator.accessKey, date: Dates.imf())
      request.host = "127.0.0.1"
      request.fields += forwarded.map { ("X-FORWARDED-HOST", $0) }
      let answer = try Self.send(request, to: emulator)
      #expect(answer.status == status, "\(signed) \(forwarded): \(answer.text)")
    }
  }
}
