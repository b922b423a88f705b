import Core
import Documents
import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Contexts that the emulator makes")
struct EmulatedContextTests {
  private static let resource = "0f8f6b3e-1111-4222-8333-444455556666"
  private static let parties = EmulatedContext.Parties(
    from: "4:+14255550100", to: "8:acs:a_b", displayName: "Ann \"A\"")

  private static func make(_ form: EmulatedContext.Form) -> String {
    EmulatedContext.make(form, resourceID: resource, callID: "call-id", parties)
  }

  @Test(
    "each says which resource it is of, and is an unsecured JWT",
    arguments: EmulatedContext.Form.allCases)
  func resource(form: EmulatedContext.Form) throws {
    let context = Self.make(form)
    let parts = context.split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts.count == 3 && parts[2].isEmpty)
    #expect(
      String(decoding: try Base64.url.decode(String(parts[0])), as: UTF8.self)
        == #"{"alg":"none","typ":"JWT"}"#)
    #expect(EmulatedContext.resourceID(of: context) == Self.resource)
    let bytes = Array(context.utf8)
    let begins = EmulatedContext.begins(0..<bytes.count, in: bytes.span)
    #expect(begins)
  }

  @Test("a real one is as long as the service's, a short one is under 200 bytes")
  func length() {
    #expect((6_000...9_000).contains(Self.make(.real).utf8.count))
    #expect(Self.make(.short).utf8.count < 200)
  }

  @Test("a real one has the members of the service's in their places, as gzip reads it")
  func members() throws {
    let payload = Self.make(.real).split(separator: ".")[1]
    let document = try Document.parse(
      String(decoding: try Base64.url.decode(String(payload)), as: UTF8.self), as: .json)
    #expect(document["shrToken"]?.string?.contains("not-a-signature") == true)
    let compressed = try Base64.standard.decode(try #require(document["cc"]?.string))
    let process = try StartedProgram(
      "/bin/gzip", ["-dc"], input: .bytes(compressed), output: .pipe(withErrors: false))
    let text = String(decoding: process.readToEnd(), as: UTF8.self)
    #expect(process.wait() == 0)
    let inner = try Document.parse(text, as: .json)
    let call = inner["callNotification"]
    #expect(call?["from"]?["id"]?.string == Self.parties.from)
    #expect(call?["from"]?["displayName"]?.string == Self.parties.displayName)
    #expect(call?["to"]?["id"]?.string == Self.parties.to)
    #expect(call?["to"]?["resourceId"]?.string == Self.resource)
    #expect(inner["debugContent"]?["callId"]?.string == "call-id")
  }

  @Test(
    "a context of somebody else's is not one of these",
    arguments: [
      "", "H4sIAAAAAAAAA", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.",
      "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJjYyI6Ikg0c0lBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB",
      "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJjYyI6Ikg0c0lBRkpGVFZV",
      "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJyZXNvdXJjZUlkIjoi!!!!",
    ])
  func others(context: String) {
    #expect(EmulatedContext.resourceID(of: context) == nil)
  }
}
