import HTTP1
import Testing

@Suite("QueryParameters")
struct QueryParametersTests {
  @Test(
    "a query is separated into decoded names and values",
    arguments: [
      ("", []), ("&&", []), ("a", ["a", ""]), ("a=", ["a", ""]), ("=b", ["", "b"]),
      ("a=b&c=d", ["a", "b", "c", "d"]), ("a=b=c", ["a", "b=c"]),
      ("a=b&a=c", ["a", "b", "a", "c"]),
      ("%61=%20+x&", ["a", "  x"]), ("a=%zz%4", ["a", "%zz%4"]), ("a=%C3%A9", ["a", "é"]),
    ] as [(String, [String])])
  func pairs(_ query: String, _ expected: [String]) {
    let bytes = Array("/p?\(query)".utf8)
    var parameters = QueryParameters(3..<bytes.count)
    var seen: [String] = []
    while let parameter = parameters.next(in: bytes.span) {
      seen.append(QueryParameters.decoded(parameter.name, in: bytes.span))
      seen.append(QueryParameters.decoded(parameter.value, in: bytes.span))
    }
    #expect(seen == expected)
  }

  @Test(
    "a name is compared after decoding, in its case",
    arguments: [
      ("api-version", true), ("api%2Dversion", true), ("api%2dversio%6E", true),
      ("API-version", false), ("api-versio", false), ("api-versions", false),
      ("api-version%", false),
    ])
  func matching(_ text: String, _ expected: Bool) {
    let bytes = Array(text.utf8)
    let matches = QueryParameters.matches(0..<bytes.count, in: bytes.span, "api-version")
    #expect(matches == expected)
  }
}
