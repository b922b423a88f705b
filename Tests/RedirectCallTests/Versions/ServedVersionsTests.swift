import HTTP1
import RedirectCall
import Testing

@Suite struct ServedVersionsTests {
  static let all =
    "2023-03-06, 2023-06-15-preview, 2023-10-03-preview, 2023-10-15, 2024-04-15, "
    + "2024-06-15-preview, 2024-09-15, 2024-11-15-preview, 2025-03-30-preview, 2025-05-15, "
    + "2025-06-15, 2025-08-15-preview, 2026-03-12"

  func check(_ query: String?, _ served: ServedVersions = ServedVersions()) -> (
    version: APIVersion?, rejection: Rejection?
  ) {
    let bytes = Array("/p?\(query ?? "")".utf8)
    do {
      return (
        try served.check(message: bytes.span, query: query == nil ? nil : 3..<bytes.count), nil
      )
    } catch {
      return (nil, error)
    }
  }

  @Test(
    "each stable version and each known preview is served", arguments: APIVersion.servedByDefault)
  func serves(version: APIVersion) {
    #expect(check("api-version=\(version)").version == version)
  }

  @Test(
    "the parameter is found wherever it is and however it is encoded",
    arguments: [
      "api-version=2026-03-12", "a=b&api-version=2026-03-12&c", "&&api-version=2026-03-12&",
      "api%2Dversion=2026-03-12", "%61pi-version=2026%2d03%2D12",
      "Api-Version=1&api-version=2026-03-12", "xapi-version=1&api-version=2026-03-12",
    ])
  func finds(query: String) {
    let result = check(query)
    #expect(result.version == .v2026March12, "\(String(describing: result.rejection))")
  }

  @Test(
    "a missing or empty version is refused with the service's words",
    arguments: [
      nil, "", "api-version", "api-version=", "API-VERSION=2026-03-12", "version=2026-03-12",
      "x=1&api-version=&y=2",
    ] as [String?])
  func missing(query: String?) throws {
    let rejection = try #require(check(query).rejection)
    #expect(rejection.stage == .apiVersion)
    #expect(rejection.status == 400)
    #expect(rejection.error.code == "MissingApiVersionParameter")
    #expect(
      rejection.error.message
        == "The api-version query parameter (?api-version=) is required for all requests")
    #expect(rejection.fields == [ResponseField("api-supported-versions", Self.all)])
    #expect(rejection.section == "3. api-version")
  }

  @Test(
    "a version that is not served is named beside those that are",
    arguments: [
      "2022-01-01", "2026-03-11", "banana", "2026-03-12%20", "%F0%9F",
      "2026%0A",
    ])
  func notServed(value: String) throws {
    let rejection = try #require(check("api-version=\(value)").rejection)
    let shown =
      switch value {
      case "2026-03-12%20": "2026-03-12 "
      case "%F0%9F": "\u{FFFD}"
      case "2026%0A": "2026\u{FFFD}"
      default: value
      }
    #expect(rejection.status == 400)
    #expect(rejection.error.code == "UnsupportedApiVersionValue")
    #expect(
      rejection.error.message
        == "Unsupported api-version '\(shown)'. The supported api-versions are '\(Self.all)'.")
    #expect(rejection.advised?.reason == "Unsupported api-version '\(shown)'.")
    #expect(
      rejection.advised?.advice
        == "Ask for an api-version that the resource serves: \(Self.all).")
    #expect(rejection.fields == [ResponseField("api-supported-versions", Self.all)])
  }

  @Test("a preview that is not served is refused with how to serve it")
  func previewNotServed() throws {
    let rejection = try #require(check("api-version=2026-03-12-preview").rejection)
    #expect(rejection.error.code == "UnsupportedApiVersionValue")
    #expect(
      rejection.error.message
        == "Unsupported api-version '2026-03-12-preview'. The supported api-versions are '\(Self.all)'. "
        + "To serve this preview, start the emulator with --api-version 2026-03-12-preview, beside "
        + "the others that you need, or with --skip-api-version-check.")
    let stable = try #require(check("api-version=2031-01-01").rejection)
    #expect(!stable.error.message.contains("--api-version"))
  }

  @Test("a long value is shortened in the message")
  func long() throws {
    let rejection = try #require(
      check("api-version=" + String(repeating: "9", count: 5_000)).rejection)
    #expect(rejection.error.message.utf8.count < 400)
  }

  @Test(
    "a version given twice is refused, also where both agree",
    arguments: [
      "api-version=2026-03-12&api-version=2026-03-12",
      "api-version=2026-03-12&api-version=2023-03-06", "api-version=&api-version=2026-03-12",
      "api-version=2026-03-12&x&api%2Dversion",
    ])
  func twice(query: String) throws {
    let rejection = try #require(check(query).rejection)
    #expect(rejection.status == 400)
    #expect(rejection.error.code == "InvalidQueryParameterValue")
  }

  @Test("a set of one's own is served and nothing else")
  func configured() throws {
    let preview = try #require(APIVersion("2027-01-01-preview"))
    let served = ServedVersions([preview, .v2026March12, preview])
    #expect(served.versions == [.v2026March12, preview])
    #expect(check("api-version=2027-01-01-preview", served).version == preview)
    let rejection = try #require(check("api-version=2023-03-06", served).rejection)
    #expect(
      rejection.fields
        == [ResponseField("api-supported-versions", "2026-03-12, 2027-01-01-preview")])
  }

  @Test("without the check every version that is shaped like one is served")
  func skipped() {
    let served = ServedVersions(skipsCheck: true)
    #expect(check("api-version=2031-12-01", served).version?.description == "2031-12-01")
    #expect(check("api-version=2023-03-06", served).version == .v2023March6)
    #expect(
      check("api-version=next", served).rejection?.error.code == "UnsupportedApiVersionValue")
    #expect(check(nil, served).rejection?.error.code == "MissingApiVersionParameter")
  }
}
