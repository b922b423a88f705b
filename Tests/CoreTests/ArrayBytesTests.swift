import Core
import Testing

@Suite struct ArrayBytesTests {
  @Test(
    "a number in decimal digits",
    arguments: [0, 7, 10, 99, 204, 1_048_576, -1, .max, .min] as [Int])
  func decimal(_ value: Int) {
    var output: [UInt8] = []
    output.appendDecimal(value)
    #expect(String(decoding: output, as: UTF8.self) == String(value))
  }

  @Test(
    "a number in this many digits",
    arguments: [(7, 2, "07"), (1994, 4, "1994"), (12345, 3, "345"), (0, 1, "0")]
      as [(Int64, Int, String)])
  func digits(_ value: Int64, _ count: Int, _ text: String) {
    var output: [UInt8] = []
    output.appendDecimal(value, digits: count)
    #expect(String(decoding: output, as: UTF8.self) == text)
  }

  @Test(
    "nanoseconds as milliseconds, with the decimals that they have",
    arguments: [
      (0, "0"), (999, "0"), (-999, "0"), (1_000, "0.001"), (1_500_000, "1.5"), (-1_500_000, "-1.5"),
      (-20_000, "-0.02"), (12_345_678, "12.345"), (3_000_000_000, "3000"),
      (.max, "9223372036854.775"), (.min, "-9223372036854.775"),
    ] as [(Int64, String)])
  func milliseconds(_ nanoseconds: Int64, _ text: String) {
    var output: [UInt8] = []
    output.appendMilliseconds(nanoseconds)
    #expect(String(decoding: output, as: UTF8.self) == text)
  }

  @Test(
    "milliseconds for people are tenths, and never nothing",
    arguments: [
      (0, "<0.1"), (-5, "<0.1"), (99_999, "<0.1"), (100_000, "0.1"), (1_599_999, "1.5"),
      (2_000_000, "2"), (12_345_678_901, "12345.6"),
    ] as [(Int64, String)])
  func tenths(_ nanoseconds: Int64, _ text: String) {
    var output: [UInt8] = []
    output.appendTenths(ofMilliseconds: nanoseconds)
    #expect(String(decoding: output, as: UTF8.self) == text)
  }
}
