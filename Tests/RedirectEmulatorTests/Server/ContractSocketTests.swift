import Foundation
import HTTP1
import LibCrypto
import RedirectEmulator
import TestSupport
import Testing

@Suite("Each row of the contract, over a socket")
final class ContractSocketTests {
  private let emulator: Emulator
  private let bearer: String

  init() async throws {
    emulator = try await Emulator.start()
    bearer = "Bearer " + (try emulator.token())
  }

  deinit {
    emulator.stop()
  }

  private static func date(_ offset: TimeInterval = 0) -> String {
    IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970 + offset)).description
  }

  private func answer(_ change: (inout RedirectRequest) -> Void = { _ in }) throws -> RawResponse {
    var request = RedirectRequest(authorization: bearer)
    change(&request)
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    return try client.readResponse(toHEAD: request.method == "HEAD")
  }

  private func expect(
    _ answer: RawResponse, _ status: Int, _ code: String?, target: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let seen = "\(answer.statusLine) \(answer.text)"
    #expect(answer.status == status, "\(seen)", sourceLocation: sourceLocation)
    #expect(answer["x-ms-error-code"] == code, "\(seen)", sourceLocation: sourceLocation)
    if answer.status >= 400, !answer.body.isEmpty {
      #expect(answer.member("code") == code, "\(seen)", sourceLocation: sourceLocation)
      #expect(
        answer["Content-Type"] == "application/json; charset=utf-8", sourceLocation: sourceLocation)
    }
    if let target {
      #expect(answer.member("target") == target, "\(seen)", sourceLocation: sourceLocation)
    }
  }

  @Test("1 and 8: a success is 204 with the headers of every response, and none about content")
  func success() throws {
    let answer = try answer { $0.fields.append(("x-ms-client-request-id", "mine")) }
    expect(answer, 204, nil)
    #expect(answer.body.isEmpty)
    for name in ["Content-Length", "Content-Type", "Transfer-Encoding", "Repeatability-Result"] {
      #expect(answer[name] == nil, "\(name)")
    }
    #expect(answer["x-ms-client-request-id"] == "mine")
    #expect(answer["Server"] == "redirect-emulator")
    #expect(answer["Date"].flatMap { IMFFixdate($0) } != nil)
    #expect(answer["X-Microsoft-Skype-Chain-ID"].flatMap { UUID(uuidString: $0) } != nil)
  }

  @Test(
    "1: another path is 404, another method 405, and the colon may be percent-encoded",
    arguments: [
      ("POST", "/calling/callConnections%3Aredirect", 204, nil),
      ("POST", "/calling/callConnections%3aredirect", 204, nil),
      ("POST", "/calling/callConnections:connect", 404, "ResourceNotFound"),
      ("POST", "/", 404, "ResourceNotFound"),
      ("GET", "/calling/callConnections:redirect", 405, "MethodNotAllowed"),
      ("HEAD", "/calling/callConnections:redirect", 405, "MethodNotAllowed"),
      ("DELETE", "/calling/callConnections:redirect", 405, "MethodNotAllowed"),
    ] as [(String, String, Int, String?)])
  func route(_ method: String, _ path: String, _ status: Int, _ code: String?) throws {
    let answer = try answer {
      $0.method = method
      $0.target = path + "?api-version=2026-03-12"
    }
    expect(answer, status, code)
    #expect((answer["Allow"] == "POST") == (status == 405))
  }

  @Test(
    "3: a version that is missing, not served or given twice is refused with those that are served",
    arguments: [
      ("", "MissingApiVersionParameter"), ("?api-version=", "MissingApiVersionParameter"),
      ("?api-version=2022-01-01", "UnsupportedApiVersionValue"),
      ("?api-version=newest", "UnsupportedApiVersionValue"),
      ("?api-version=2026-03-12&api-version=2026-03-12", "InvalidQueryParameterValue"),
    ])
  func version(_ query: String, _ code: String) throws {
    let answer = try answer { $0.target = "/calling/callConnections:redirect" + query }
    expect(answer, 400, code)
    #expect(answer["api-supported-versions"]?.contains("2026-03-12") == true)
  }

  @Test(
    "3: the stable versions and the known previews are served",
    arguments: [
      "2023-03-06", "2023-10-15", "2024-04-15", "2024-09-15", "2025-05-15", "2025-06-15",
      "2026-03-12", "2023-06-15-preview", "2023-10-03-preview", "2024-06-15-preview",
      "2024-11-15-preview", "2025-03-30-preview", "2025-08-15-preview",
    ])
  func served(_ version: String) throws {
    let answer = try answer {
      $0.target = "/calling/callConnections:redirect?api-version=\(version)"
    }
    expect(answer, 204, nil)
  }

  @Test("4: innererror says what is wrong with a credential, and the response is 401")
  func credentials() throws {
    let expired = try emulator.token(expiresIn: .seconds(-1))
    let cases: [(String?, String)] = [
      (nil, "7501"), ("Basic YTpi", "7501"), ("Bearer", "7501"), ("Bearer a.b.c", "7501"),
      (bearer + "A", "7501"), ("Bearer " + expired, "7501"), ("HMAC-SHA256 nothing", "7509"),
      ("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA", "7509"),
    ]
    for (authorization, inner) in cases {
      let answer = try answer { $0.authorization = authorization }
      expect(answer, 401, inner == "7509" ? "7509" : "Denied")
      if inner == "7509" {
        #expect(answer.member("message") == "HMAC-SHA256 validation failed")
      }
      #expect(answer["WWW-Authenticate"] == "Bearer, HMAC-SHA256")
      #expect(answer.text.contains("\"innererror\":{\"code\":\"\(inner)\""), "\(answer.text)")
    }
  }

  @Test("4: a token without voip or of another resource is 403")
  func forbidden() throws {
    let chat = try emulator.token(scopes: ["chat"])
    expect(try answer { $0.authorization = "Bearer " + chat }, 403, "7504")
    let other = try emulator.makeResource()
    let token = try other.token()
    emulator.removeResource(named: other.name)
    expect(try answer { $0.authorization = "Bearer " + token }, 403, "7508")
  }

  @Test("4: a bare token passes, and so does an access key's signature, made within five minutes")
  func accepted() throws {
    expect(try answer { $0.authorization = String(bearer.dropFirst("Bearer ".count)) }, 204, nil)
    let key = emulator.accessKey
    for (offset, status) in [(0.0, 204), (290, 204), (-290, 204), (310, 401), (-310, 401)] {
      let answer = try answer { try? $0.sign(accessKey: key, date: Self.date(offset)) }
      #expect(answer.status == status, "\(offset): \(answer.text)")
    }
    let tampered = try answer {
      try? $0.sign(accessKey: key, date: Self.date())
      $0.body = $0.body.replacingOccurrences(of: "0123", with: "0124")
    }
    expect(tampered, 401, "7509")
  }

  @Test(
    "5: another media type is 415",
    arguments: [nil, "text/plain", "application/xml", "application/jsonx"] as [String?])
  func mediaType(_ type: String?) throws {
    expect(try answer { $0.contentType = type }, 415, "UnsupportedMediaType")
  }

  @Test(
    "5: a body that is wrong is refused with the place",
    arguments: [
      ("", "$"), ("{", "$"), ("[]", nil), ("{}", nil),
      (#"{"incomingCallContext":"","target":{"rawId":"8:acs:a_b"}}"#, "incomingCallContext"),
      (#"{"incomingCallContext":1,"target":{"rawId":"8:acs:a_b"}}"#, "incomingCallContext"),
      (#"{"incomingCallContext":"a"}"#, "target"),
      (#"{"incomingCallContext":"a","target":null}"#, "target"),
      (#"{"incomingCallContext":"a","target":{}}"#, "target"),
      (
        #"{"incomingCallContext":"a","target":{"communicationUser":{}}}"#,
        "target.communicationUser.id"
      ),
      (#"{"incomingCallContext":"a","target":{"rawId":"x"},"a":1,"a":1}"#, "a"),
      (#"{"incomingCallContext":"a","incomingCallContext":"b","target":{"rawId":"x"}}"#, nil),
    ] as [(String, String?)])
  func body(_ text: String, _ target: String?) throws {
    expect(try answer { $0.body = text }, 400, "8523", target: target)
  }

  @Test("6: half a pair, no UUID, no date and a date out of the window are rejected")
  func repeatabilityHeaders() throws {
    let id = UUID().uuidString
    let cases: [(String?, String?, Int)] = [
      (id, nil, 400), (nil, Self.date(), 400), ("no-uuid", Self.date(), 400),
      (id, "yesterday", 400),
      (id, Self.date(-310), 412), (id, Self.date(310), 412),
    ]
    for (id, firstSent, status) in cases {
      let answer = try answer {
        if let id { $0.fields.append(("Repeatability-Request-ID", id)) }
        if let firstSent { $0.fields.append(("Repeatability-First-Sent", firstSent)) }
      }
      #expect(answer.status == status, "\(id ?? "-") \(firstSent ?? "-"): \(answer.text)")
      #expect(answer["Repeatability-Result"] == "rejected")
    }
  }

  @Test("6: a repeat is answered again and executed once; another request with its id is rejected")
  func repeats() throws {
    let id = UUID().uuidString
    let date = Self.date()
    for _ in 0..<3 {
      let answer = try answer { $0.repeatable(id: id, firstSent: date) }
      expect(answer, 204, nil)
      #expect(answer["Repeatability-Result"] == "accepted")
    }
    let other = try answer {
      $0.repeatable(id: id, firstSent: date)
      $0.body = $0.body.replacingOccurrences(of: "0123", with: "0124")
    }
    #expect(other.status == 400 && other["Repeatability-Result"] == "rejected", "\(other.text)")
    let operation = try #require(emulator.operations.first)
    #expect(operation.attempts.map(\.status) == [204, 204, 204, 400])
    #expect(operation.executed == 1)
  }

  @Test("6: repeats that come at once are executed once, whatever the response of each")
  func parallelRepeats() async throws {
    let id = UUID().uuidString
    let date = Self.date()
    var request = RedirectRequest(authorization: bearer)
    request.repeatable(id: id, firstSent: date)
    let bytes = request.bytes
    let port = emulator.port
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<16 {
        group.addTask {
          let client = try RawClient(port: port)
          try client.send(bytes)
          return try client.readResponse().status
        }
      }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(statuses.allSatisfy { $0 == 204 || $0 == 409 }, "\(statuses)")
    #expect(emulator.operations.map(\.executed) == [1])
  }

  @Test("6: while a slow response is on its way a repeat gets 409, and behind it the response")
  func inProgress() throws {
    try emulator.load(
      scenario: "rules: [{ name: slow, attempts: 1, delay: 300ms }]")
    let id = UUID().uuidString
    let date = Self.date()
    var request = RedirectRequest(authorization: bearer)
    request.repeatable(id: id, firstSent: date)
    let first = try RawClient(port: emulator.port)
    try first.send(request.bytes)
    #expect(becomesTrue { !emulator.requests.isEmpty })
    let meanwhile = try answer { $0.repeatable(id: id, firstSent: date) }
    #expect(meanwhile.status == 409 && meanwhile["Repeatability-Result"] == "accepted")
    #expect(try first.readResponse().status == 204)
    #expect(try answer { $0.repeatable(id: id, firstSent: date) }.status == 204)
    #expect(emulator.operations.map(\.executed) == [1])
  }

  @Test("7: registered calls ring for their time, and are redirected once")
  func registeredCalls() throws {
    let resource = try emulator.makeResource(ResourceSettings(calls: .registered))
    let token = "Bearer " + (try resource.token())
    func redirect(_ context: String) throws -> RawResponse {
      try answer {
        $0.authorization = token
        $0.body = #"{"incomingCallContext":"\#(context)","target":{"rawId":"4:+14255550123"}}"#
      }
    }
    expect(try redirect("unknown"), 404, "8522")
    let context = resource.registerCall(ringsFor: .seconds(30))
    expect(try redirect(context), 204, nil)
    expect(try redirect(context), 400, "8528")
    let late = resource.registerCall(ringsFor: .seconds(30))
    resource.clockOffset = .seconds(31)
    expect(try redirect(late), 404, "8522")
  }

  @Test("2: the first check that fails answers")
  func order() throws {
    let answers = try [
      answer {
        $0.target = "/nowhere"
        $0.authorization = nil
      },
      answer {
        $0.target = "/calling/callConnections:redirect"
        $0.authorization = nil
      },
      answer {
        $0.authorization = nil
        $0.body = ""
      },
      answer {
        $0.body = ""
        $0.fields = [("Repeatability-Request-ID", "x")]
      },
    ]
    #expect(answers.map(\.status) == [404, 400, 401, 400])
    #expect(
      answers.map { $0.member("code") } == [
        "ResourceNotFound", "MissingApiVersionParameter", "Denied", "8523",
      ])
  }

  @Test("the journal says which check failed, and no signature is in it")
  func journal() throws {
    let key = emulator.accessKey
    _ = try answer { try? $0.sign(accessKey: key, date: Self.date()) }
    _ = try answer { $0.body = "{}" }
    let requests = emulator.requests
    #expect(requests.map { $0.failed?.stage } == [nil, "body"])
    #expect(requests.last?.failed?.section == "5. Body")
    let signature = bearer.split(separator: ".").last.map(String.init) ?? ""
    for request in requests {
      let json = String(decoding: request.json(raw: true), as: UTF8.self)
      #expect(!json.contains(signature) && json.contains("***"), "\(json)")
    }
  }
}
