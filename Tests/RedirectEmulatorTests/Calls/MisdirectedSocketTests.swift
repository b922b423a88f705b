import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Requests about a ringing call that came to another resource, over a socket")
struct MisdirectedSocketTests {
  /// Who sends, and what is said of it.
  private struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The resource whose credential is used; nil for one of nobody.
    let sender: String?
    /// The resource at which the call rings.
    let home: String
    let byToken: Bool
    let code: String
    let words: String

    init(
      _ name: String, sender: String?, home: String, byToken: Bool = false, code: String,
      _ words: String
    ) {
      (testDescription, self.sender, self.home, self.byToken) = (name, sender, home, byToken)
      (self.code, self.words) = (code, words)
    }
  }

  private static let rows = [
    Row(
      "another resource's key", sender: "other", home: "orders", code: "403 7507",
      "with the access key of the resource 'other', which got 403 7507."),
    Row(
      "the key of 'default'", sender: "default", home: "orders", code: "403 7507",
      "with the access key of the resource 'default', which got 403 7507."),
    Row(
      "at 'default', another resource's key", sender: "other", home: "default", code: "403 7507",
      "with the access key of the resource 'other', which got 403 7507."),
    Row(
      "another resource's token", sender: "other", home: "orders", byToken: true,
      code: "403 7507", "with a token of the resource 'other', which got 403 7507."),
    Row(
      "a key of no resource", sender: nil, home: "orders", code: "401 7509",
      "with a credential that the emulator refused, which got 401 7509."),
  ]

  private static func resource(_ name: String, of desk: CallDesk) throws -> Resource {
    name == "default"
      ? desk.emulator.defaultResource : try #require(desk.emulator.resource(named: name))
  }

  private static func request(_ row: Row, _ context: String, _ desk: CallDesk) throws
    -> RedirectRequest
  {
    var request = try desk.request(context)
    guard let sender = row.sender else {
      try request.sign(
        accessKey: Data(repeating: 7, count: 64).base64EncodedString(), date: Dates.imf())
      return request
    }
    let resource = try resource(sender, of: desk)
    if row.byToken {
      request.authorization = "Bearer " + (try resource.token())
    } else {
      try request.sign(accessKey: resource.accessKey, date: Dates.imf())
    }
    return request
  }

  private static func path(_ home: String) -> String {
    home == "default" ? "/_emulator" : "/_emulator/resources/\(home)"
  }

  @Test("the story says with whose credential, and the advice whose to use", arguments: rows)
  private func told(_ row: Row) async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    for name in ["orders", "other"] {
      _ = try desk.emulator.makeResource(ResourceSettings(name: name))
    }
    let path = Self.path(row.home)
    let made = try desk.control.call("POST", path + "/calls", "{}").json()
    let context = try #require(made["incomingCallContext"].text)
    let request = try Self.request(row, context, desk)
    for _ in 0..<2 {
      let answer = try desk.send(request)
      #expect(row.code.hasPrefix("\(answer.status) "), "\(answer.text)")
    }
    func call() throws -> JSON { try desk.control.call("GET", path + "/calls/c1").json() }
    let rings = try call()["story"].text ?? ""
    let sent =
      "It sent 2 redirects for this call \(row.words.replacing("which got", with: "all of which got"))"
    #expect(
      rings.hasSuffix("Your app has sent nothing to this resource so far. \(sent)"), "\(rings)")
    #expect(
      try desk.control.call("PUT", path + "/clock", #"{"offset":"31s"}"#).status == 200)
    let lost = try call()
    #expect(
      lost["story"].text
        == "Caller lost: it rang 30 s, and your app sent nothing to this resource. \(sent)")
    let advice = lost["advice"].text ?? ""
    #expect(
      advice.hasPrefix("Give your app the connection string of the resource '\(row.home)'"),
      "\(advice)")
    if advice.contains("whose connection string your app has") {
      let control = try #require(desk.emulator.controlEndpoint)
      #expect(
        advice.contains("(redirect-emulator ring --control \(control)/resources/"), "\(advice)")
    }
    // A failed verification tells it, too.
    let verified = try desk.control.call(
      "POST", path + "/verify", #"{"expect":{"caller":"redirected"}}"#)
    #expect(verified.text.contains(row.words.suffix(20)), "\(verified.text)")
  }

  @Test("a call whose context the test chose is found, too, and one that was taken says nothing")
  func givenContext() async throws {
    let desk = try await CallDesk { $0.calls = .registered }
    defer { desk.emulator.stop() }
    let orders = try desk.emulator.makeResource(ResourceSettings(name: "orders"))
    let path = "/_emulator/resources/orders"
    _ = try desk.control.call("POST", path + "/calls", #"{"incomingCallContext":"chosen"}"#)
    func story() throws -> String {
      try desk.control.call("GET", path + "/calls/c1").json()["story"].text ?? ""
    }
    #expect(try desk.send(desk.request("chosen")).status == 404)
    let words =
      "It sent 1 redirect for this call with a token of the resource 'default', which got 404 8522."
    let rings = try story()
    #expect(rings.hasSuffix(words), "\(rings)")
    var right = try desk.request("chosen")
    right.authorization = "Bearer " + (try orders.token())
    #expect(try desk.send(right).status == 204)
    let taken = try story()
    #expect(taken.hasPrefix("Redirected") && !taken.contains("for this call"), "\(taken)")
  }

  @Test("a rule of the other resource that answers does not hide it")
  func ruled() async throws {
    let desk = try await CallDesk(scenario: "rules: [{ name: down, respond: { status: 503 } }]")
    defer { desk.emulator.stop() }
    _ = try desk.emulator.makeResource(ResourceSettings(name: "orders"))
    let path = "/_emulator/resources/orders/calls"
    let made = try desk.control.call("POST", path, "{}").json()
    let context = try #require(made["incomingCallContext"].text)
    #expect(try desk.send(desk.request(context)).status == 503)
    let story = try desk.control.call("GET", path + "/c1").json()["story"].text ?? ""
    #expect(
      story.hasSuffix(
        "It sent 1 redirect for this call with a token of the resource 'default', where the rule 'down' decided the response."
      ), "\(story)")
  }
}
