import RedirectCall
import Testing

@Suite struct APIVersionTests {
  @Test(
    "a date, or a date with -preview, is a version and is written as it was read",
    arguments: ["2023-03-06", "2026-03-12", "2024-02-29", "2025-11-01-preview", "0001-01-01"])
  func reads(text: String) throws {
    let version = try #require(APIVersion(text))
    #expect(version.description == text)
    #expect(version.isPreview == text.hasSuffix("-preview"))
  }

  @Test(
    "anything else is not a version",
    arguments: [
      "", "2026", "2026-3-12", "2026-03-12 ", " 2026-03-12", "2026-03-1", "2026-03-123",
      "2026/03/12", "2026-13-01", "2026-00-10", "2026-02-30", "2023-02-29", "2026-04-31",
      "2026-03-00", "2026-03-12-Preview", "2026-03-12-preview2", "2026-03-12-beta",
      "2026-03-12-", "v2026-03-12", "latest", "２026-03-12", "2026-03-12%", "2026%2-03-12",
    ])
  func refuses(text: String) {
    #expect(APIVersion(text) == nil)
  }

  @Test("percent-encoded bytes read as what they stand for")
  func decodes() {
    #expect(APIVersion("2026%2D03%2d12") == .v2026March12)
    #expect(APIVersion("%32026-03-12%2dpreview") == APIVersion("2026-03-12-preview"))
  }

  @Test("versions order by date, the preview before the version of its date")
  func orders() throws {
    let texts = [
      "2023-03-06", "2024-12-31", "2025-01-01-preview", "2025-01-01", "2025-01-02-preview",
      "2026-03-12",
    ]
    let versions = try texts.map { try #require(APIVersion($0)) }
    #expect(versions.reversed().sorted() == versions)
    #expect(Set(versions).count == texts.count)
  }

  @Test("the stable versions are the seven that official SDKs shipped")
  func stable() {
    #expect(
      APIVersion.stable.map(\.description) == [
        "2023-03-06", "2023-10-15", "2024-04-15", "2024-09-15", "2025-05-15", "2025-06-15",
        "2026-03-12",
      ])
    #expect(APIVersion.stable.allSatisfy { !$0.isPreview })
  }

  @Test("the previews served by default are those that beta SDKs and samples ask for")
  func previews() {
    #expect(
      APIVersion.previews.map(\.description) == [
        "2023-06-15-preview", "2023-10-03-preview", "2024-06-15-preview", "2024-11-15-preview",
        "2025-03-30-preview", "2025-08-15-preview",
      ])
    #expect(APIVersion.previews.allSatisfy { $0.isPreview })
    #expect(APIVersion.servedByDefault.count == 13)
    #expect(APIVersion.servedByDefault == APIVersion.servedByDefault.sorted())
  }

  @Test(
    "a version has the model of the newest stable one that is not later",
    arguments: [
      ("2023-03-06", "2023-03-06"), ("2026-03-12", "2026-03-12"),
      ("2023-06-15-preview", "2023-03-06"), ("2023-10-03-preview", "2023-03-06"),
      ("2024-06-15-preview", "2024-04-15"), ("2024-11-15-preview", "2024-09-15"),
      ("2025-03-30-preview", "2024-09-15"), ("2025-08-15-preview", "2025-06-15"),
      // The preview of a date has the model of that date's version.
      ("2026-03-12-preview", "2026-03-12"), ("2026-03-11", "2025-06-15"),
      ("2031-01-01", "2026-03-12"), ("2023-01-15-preview", "2023-03-06"),
    ])
  func model(text: String, model: String) {
    #expect(APIVersion(text)?.modelVersion.description == model)
  }

  @Test(
    "a version has the identifier objects of its document",
    arguments: [
      ("2023-03-06", 3), ("2023-10-15", 4), ("2024-04-15", 4), ("2024-09-15", 4),
      ("2025-05-15", 4), ("2025-06-15", 5), ("2026-03-12", 5),
      // Without a document of its own: that of the newest stable one before.
      ("2023-03-07", 3), ("2024-06-15-preview", 4), ("2029-01-01-preview", 5),
    ])
  func identifiers(text: String, count: Int) throws {
    let all: [IdentifierKind] = [
      .communicationUser, .phoneNumber, .microsoftTeamsUser, .microsoftTeamsApp,
      .teamsExtensionUser,
    ]
    let version = try #require(APIVersion(text))
    #expect(version.identifierObjects == Array(all.prefix(count)))
  }
}
