import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("More rows of the contract, over a socket: bodies, repeats, settings, headers")
struct ContractRowsSocketTests {
  private static let guid = "52a5e676-39a3-4f45-a8ed-5a162dbbd7eb"

  private static func started(_ change: (inout Configuration) -> Void = { _ in }) async throws -> (
    Emulator, RawClient, RedirectRequest
  ) {
    var configuration = Configuration()
    change(&configuration)
    let emulator = try await Emulator.start(configuration)
    let token = try emulator.token()
    return (
      emulator, try RawClient(port: emulator.port),
      RedirectRequest(authorization: "Bearer " + token)
    )
  }

  private static func send(_ request: RedirectRequest, _ client: RawClient) throws -> RawResponse {
    try client.send(request.bytes)
    return try client.readResponse(toHEAD: request.method == "HEAD")
  }

  @Test("5: every kind of target is redirected, with kind, with raw id, with both and with neither")
  func targets() async throws {
    let (emulator, client, good) = try await Self.started()
    defer { emulator.stop() }
    let user = "8:acs:\(Self.guid)_\(Self.guid)"
    let kinds: [(String, String, String)] = [
      ("communicationUser", user, #"{"id":"\#(user)"}"#),
      ("phoneNumber", "4:+14255550123", #"{"value":"+14255550123"}"#),
      ("phoneNumber", "4:anonymous", #"{"value":"anonymous","isAnonymous":true}"#),
      ("phoneNumber", "4:+14255550123_9", #"{"value":"+14255550123","assertedId":"9"}"#),
      ("microsoftTeamsUser", "8:orgid:\(Self.guid)", #"{"userId":"\#(Self.guid)"}"#),
      (
        "microsoftTeamsUser", "8:dod:\(Self.guid)",
        #"{"userId":"\#(Self.guid)","isAnonymous":null,"cloud":"DOD"}"#
      ),
      ("microsoftTeamsApp", "28:gcch:\(Self.guid)", #"{"appId":"\#(Self.guid)","cloud":"gcch"}"#),
      (
        "teamsExtensionUser", "8:acs:\(Self.guid)_\(Self.guid)_\(Self.guid)",
        #"{"userId":"\#(Self.guid)","tenantId":"\#(Self.guid)","resourceId":"\#(Self.guid)","more":[{}]}"#
      ),
    ]
    for (kind, rawID, object) in kinds {
      for (hasKind, hasRawID) in [(false, false), (true, false), (false, true), (true, true)] {
        var members = [#""\#(kind)":\#(object)"#]
        if hasKind { members.append(#""kind":"\#(kind.uppercased())""#) }
        if hasRawID { members.append(#""rawId":"\#(rawID)""#) }
        for body in [
          #"{"incomingCallContext":"a","target":{\#(members.joined(separator: ","))}}"#,
          #"{"target":{\#(members.reversed().joined(separator: " , "))},"incomingCallContext":"a"}"#,
        ] {
          var request = good
          request.body = body
          let answer = try Self.send(request, client)
          #expect(answer.status == 204, "\(body): \(answer.text)")
          #expect(emulator.requests.last?.target?.kind == kind, "\(body)")
        }
      }
    }
    var request = good
    request.body = #"{"incomingCallContext":"a","target":{"rawId":"48:anything"}}"#
    #expect(try Self.send(request, client).status == 204)
    #expect(emulator.requests.last?.target?.kind == "unknown")
  }

  @Test(
    "5: what is not JSON is refused with its line and column",
    arguments: [
      ("{\n  \"incomingCallContext\": \"a\",\n  nonsense\n}", "line 3, column 3"),
      (#"{"incomingCallContext":"a""#, "line 1"), (#"{"a":01}"#, "line 1, column 7"),
      (#"{"a":"\ud800"}"#, "line 1"), (#"{"a":"\x"}"#, "line 1"), ("{\"a\":\"\u{1}\"}", "line 1"),
      (#"{"a":1,}"#, "line 1"), (#"{} {}"#, "line 1, column 4"), ("{'a':1}", "line 1, column 2"),
      ("\u{FEFF}{}", "line 1, column 1"), (#"{"a":NaN}"#, "line 1"),
      (String(repeating: "[", count: 33), "line 1"),
    ])
  func notJSON(_ body: String, _ place: String) async throws {
    let (emulator, client, good) = try await Self.started()
    defer { emulator.stop() }
    var request = good
    request.body = body
    let answer = try Self.send(request, client)
    #expect(answer.status == 400 && answer.member("code") == "8523", "\(answer.text)")
    #expect(answer.text.contains(place), "\(answer.text)")
    #expect(try Self.send(good, client).status == 204)
  }

  @Test("5: bytes that are not UTF-8 are refused")
  func notUTF8() async throws {
    let (emulator, client, good) = try await Self.started()
    defer { emulator.stop() }
    for bad in [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ]
      as [[UInt8]]
    {
      var bytes = good.bytes
      let place = try #require(
        String(decoding: bytes, as: UTF8.self).range(of: "eyJhbGciOiJub25lIn0\"")?.lowerBound)
      let text = String(decoding: bytes, as: UTF8.self)
      let offset = text.utf8.distance(from: text.startIndex, to: place)
      bytes.replaceSubrange(offset..<(offset + bad.count), with: bad)
      try client.send(bytes)
      let answer = try client.readResponse()
      #expect(answer.status == 400 && answer.member("code") == "8523", "\(bad): \(answer.text)")
    }
  }

  @Test("5: all faults of a body are reported, each with its path")
  func severalFaults() async throws {
    let (emulator, client, good) = try await Self.started()
    defer { emulator.stop() }
    var request = good
    request.body =
      #"{"incomingCallContext":7,"extra":1,"target":{"kind":"phoneNumber","communicationUser":{"id":""},"phoneNumber":{"value":1}}}"#
    let answer = try Self.send(request, client)
    #expect(answer.status == 400)
    let error = try answer.json()["error"]
    #expect(error["code"].text == "8523")
    let targets = Set(error["details"].items.map { $0["target"].text })
    #expect(
      targets.isSuperset(of: [
        "incomingCallContext", "target.communicationUser.id", "target.phoneNumber.value",
      ]), "\(error)")
    for detail in error["details"].items {
      #expect(detail["code"].text != nil && detail["message"].text?.isEmpty == false)
    }
  }

  @Test("5: what a version's model does not have is unknown in it")
  func versions() async throws {
    let (emulator, client, good) = try await Self.started()
    defer { emulator.stop() }
    let app = #"{"microsoftTeamsApp":{"appId":"\#(Self.guid)"}}"#
    let raw = #"{"rawId":"28:orgid:x","microsoftTeamsApp":{"appId":"\#(Self.guid)"}}"#
    let cases: [(String, String, Int)] = [
      ("2026-03-12", #"{"incomingCallContext":"a","target":\#(app)}"#, 204),
      ("2023-10-15", #"{"incomingCallContext":"a","target":\#(app)}"#, 204),
      ("2023-03-06", #"{"incomingCallContext":"a","target":\#(app)}"#, 400),
      ("2023-03-06", #"{"incomingCallContext":"a","target":\#(raw)}"#, 204),
      ("2026-03-12", #"{"incomingCallContext":"a","customContext":{},"target":\#(app)}"#, 204),
      ("2025-06-15", #"{"incomingCallContext":"a","customContext":{},"target":\#(app)}"#, 204),
      // Previews have the model of the stable version before them.
      ("2023-10-03-preview", #"{"incomingCallContext":"a","target":\#(app)}"#, 400),
      ("2023-10-03-preview", #"{"incomingCallContext":"a","target":\#(raw)}"#, 204),
      ("2024-06-15-preview", #"{"incomingCallContext":"a","target":\#(app)}"#, 204),
    ]
    for (version, body, status) in cases {
      var request = good
      request.target = "/calling/callConnections:redirect?api-version=\(version)"
      request.body = body
      let answer = try Self.send(request, client)
      #expect(answer.status == status, "\(version) \(body): \(answer.text)")
    }
  }

  @Test("6: a response 4xx is remembered as well, and what fails the pair's own check is not")
  func rememberedRefusal() async throws {
    let (emulator, client, good) = try await Self.started { $0.calls = .registered }
    defer { emulator.stop() }
    let body = #"{"incomingCallContext":"mine","target":{"rawId":"4:+14255550123"}}"#
    var request = good
    request.body = body
    let id = UUID().uuidString
    request.repeatable(id: id, firstSent: Dates.imf())
    let first = try Self.send(request, client)
    #expect(first.status == 404 && first["Repeatability-Result"] == "accepted")
    emulator.defaultResource.registerCall("mine")
    let replayed = try Self.send(request, client)
    #expect(replayed.status == 404 && replayed["Repeatability-Result"] == "accepted")
    #expect(replayed.text == first.text)

    // 412 is not a response to remember: with the clock set right the same pair is executed.
    request = good
    request.body = body
    let late = UUID().uuidString
    let firstSent = Dates.imf()
    request.repeatable(id: late, firstSent: firstSent)
    emulator.defaultResource.clockOffset = .seconds(310)
    #expect(try Self.send(request, client).status == 412)
    emulator.defaultResource.clockOffset = .zero
    #expect(try Self.send(request, client).status == 204)
    #expect(emulator.operations.map(\.executed) == [0, 1])

    // The same id with another first-sent or version is another request.
    for change in ["first-sent", "version"] {
      var other = good
      other.body = body
      other.repeatable(
        id: late, firstSent: change == "first-sent" ? Dates.imf(-60) : firstSent)
      if change == "version" {
        other.target = "/calling/callConnections:redirect?api-version=2025-06-15"
      }
      let answer = try Self.send(other, client)
      #expect(answer.status == 400 && answer["Repeatability-Result"] == "rejected", "\(change)")
    }
    // And the same by the path's other spelling is the same.
    request.target = request.target.replacingOccurrences(of: ":", with: "%3A")
    #expect(try Self.send(request, client).status == 204)
    #expect(emulator.totals.executed == 1)
  }

  @Test("4: a server that checks no credentials takes any, or none; but not an empty one for any")
  func modes() async throws {
    for (mode, expected) in [
      (Configuration.Authorization.any, [401, 204, 204, 204, 204]),
      (.notRequired, [204, 204, 204, 204, 204]),
    ] {
      let (emulator, client, good) = try await Self.started { $0.authorization = mode }
      defer { emulator.stop() }
      var statuses: [Int] = []
      for authorization in [nil, "x", "Bearer a.b.c", "HMAC-SHA256 Signature=", good.authorization]
      {
        var request = good
        request.authorization = authorization
        statuses.append(try Self.send(request, client).status)
      }
      #expect(statuses == expected, "\(mode)")
    }
  }

  @Test("strict refuses what the service's documents do not promise")
  func strict() async throws {
    let (emulator, client, good) = try await Self.started { $0.strict = true }
    defer { emulator.stop() }
    #expect(try Self.send(good, client).status == 204)
    for target in [
      #"{"phoneNumber":{"value":"555"}}"#,
      #"{"rawId":"8:orgid:x","kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}"#,
    ] {
      var request = good
      request.body = #"{"incomingCallContext":"a","target":\#(target)}"#
      #expect(try Self.send(request, client).status == 400, "\(target)")
    }
    for (id, status) in [
      ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", 400), (UUID().uuidString, 204),
    ] {
      var request = good
      request.repeatable(id: id, firstSent: Dates.imf())
      #expect(try Self.send(request, client).status == status, "\(id)")
    }
  }

  @Test("8: every response of the operation has its headers, whatever its status, and no others")
  func headers() async throws {
    let (emulator, client, good) = try await Self.started()
    defer { emulator.stop() }
    var chains: Set<String> = []
    let changes: [(Int, Set<String>, (inout RedirectRequest) -> Void)] = [
      (204, [], { _ in }),
      (
        204, ["repeatability-result"],
        { $0.repeatable(id: UUID().uuidString, firstSent: Dates.imf()) }
      ),
      (400, ["repeatability-result"], { $0.repeatable(id: "x", firstSent: Dates.imf()) }),
      (
        412, ["repeatability-result"],
        { $0.repeatable(id: UUID().uuidString, firstSent: Dates.imf(-400)) }
      ),
      (400, [], { $0.body = "{}" }), (415, [], { $0.contentType = "text/plain" }),
      (401, ["www-authenticate"], { $0.authorization = nil }),
      (404, [], { $0.target = "/nowhere" }), (405, ["allow"], { $0.method = "PUT" }),
      (405, ["allow"], { $0.method = "HEAD" }),
      (400, ["api-supported-versions"], { $0.target = "/calling/callConnections:redirect" }),
    ]
    for (index, (status, own, change)) in changes.enumerated() {
      var request = good
      request.fields = [("X-Ms-Client-Request-Id", "request \(index)")]
      change(&request)
      let answer = try Self.send(request, client)
      let seen = "\(index): \(answer.statusLine) \(answer.fields)"
      #expect(answer.status == status, "\(seen)")
      var expected: Set<String> = [
        "date", "server", "x-microsoft-skype-chain-id", "x-ms-client-request-id",
      ]
      if status >= 400 {
        expected.formUnion(["x-ms-error-code", "content-type", "content-length"])
      }
      #expect(Set(answer.fields.map { $0.name.lowercased() }) == expected.union(own), "\(seen)")
      #expect(answer.fields.count == expected.union(own).count, "\(seen)")
      #expect(answer["x-ms-client-request-id"] == "request \(index)")
      chains.insert(answer["X-Microsoft-Skype-Chain-ID"] ?? "")
      if status >= 400, request.method != "HEAD" {
        let error = try answer.json()["error"]
        #expect(answer["x-ms-error-code"] == error["code"].text)
        #expect(error["message"].text?.isEmpty == false)
        #expect(error.names.isSubset(of: ["code", "message", "target", "details", "innererror"]))
      }
    }
    #expect(chains.count == changes.count)
  }
}
