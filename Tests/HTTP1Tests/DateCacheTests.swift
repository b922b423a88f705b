import HTTP1
import Testing

@Suite("DateCache")
struct DateCacheTests {
  @Test(
    "the line is the one of the last second it was given, forwards and backwards",
    arguments: [
      (784_111_777, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
      (784_111_778, "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n"),
      (784_111_776, "Date: Sun, 06 Nov 1994 08:49:36 GMT\r\n"),
      (-1, "Date: Wed, 31 Dec 1969 23:59:59 GMT\r\n"),
    ] as [(Int64, String)])
  func line(_ second: Int64, _ expected: String) {
    #expect(DateCache(secondsSince1970: second).line == Array(expected.utf8))
    var cache = DateCache(secondsSince1970: 784_111_777)
    for _ in 0..<2 {
      cache.update(secondsSince1970: second)
      #expect(cache.line == Array(expected.utf8))
    }
  }
}
