import RedirectCall
import Testing

@Suite struct RawIDTests {
  static let a = "3c4a9b5a-51a4-4ab2-9bd1-3d8a5a9d3c11"
  static let b = "00000014-3f3f-4b1c-85f4-343a0d00a1b2"
  static let c = "2F0B6DC4-5F3C-4B0E-9D8B-0C6A1F6F1C11"

  @Test(
    "the prefix says the kind and what names the target",
    arguments: [
      ("4:+14255550123", IdentifierKind.phoneNumber, "+14255550123", true),
      ("4:anonymous", .phoneNumber, "anonymous", true),
      ("4:+14255550123_abc", .phoneNumber, "+14255550123_abc", true),
      ("4:+14255550123_", .phoneNumber, "+14255550123_", false),
      ("4:14255550123", .phoneNumber, "14255550123", false), ("4:", .phoneNumber, "", false),
      ("8:acs:\(a)_\(b)", .communicationUser, "8:acs:\(a)_\(b)", true),
      ("8:gcch-acs:\(a)_\(b)", .communicationUser, "8:gcch-acs:\(a)_\(b)", true),
      ("8:dod-acs:\(a)_\(b)", .communicationUser, "8:dod-acs:\(a)_\(b)", true),
      ("8:spool:\(a)_\(b)", .communicationUser, "8:spool:\(a)_\(b)", true),
      ("8:acs:\(a)", .communicationUser, "8:acs:\(a)", false),
      ("8:acs:x_y", .communicationUser, "8:acs:x_y", false),
      ("8:acs:\(a)_\(b)_\(c)", .teamsExtensionUser, c, true),
      ("8:acs:\(a)_\(b)_x", .teamsExtensionUser, "x", false),
      ("8:acs:\(a)_\(b)_\(c)_\(c)", .teamsExtensionUser, c, false),
      ("8:orgid:\(a)", .microsoftTeamsUser, a, true), ("8:gcch:\(a)", .microsoftTeamsUser, a, true),
      ("8:dod:\(a)", .microsoftTeamsUser, a, true), ("8:orgid:x", .microsoftTeamsUser, "x", false),
      ("8:teamsvisitor:abc", .microsoftTeamsUser, "abc", true),
      ("8:teamsvisitor:", .microsoftTeamsUser, "", false),
      ("28:orgid:\(a)", .microsoftTeamsApp, a, true), ("28:gcch:\(a)", .microsoftTeamsApp, a, true),
      ("28:dod:\(a)", .microsoftTeamsApp, a, true),
      ("28:dod:\(a)0", .microsoftTeamsApp, "\(a)0", false),
      ("48:echo123", .unknown, "48:echo123", true), ("", .unknown, "", true),
      ("8:ACS:\(a)_\(b)", .unknown, "8:ACS:\(a)_\(b)", true), ("8:", .unknown, "8:", true),
      ("28:x", .unknown, "28:x", true),
    ])
  func reads(text: String, kind: IdentifierKind, id: String, isWellFormed: Bool) {
    let rawID = RawID(text)
    #expect(rawID.kind == kind)
    #expect(String(decoding: Array(text.utf8)[rawID.id], as: UTF8.self) == id)
    #expect(rawID.isWellFormed == isWellFormed)
  }
}
