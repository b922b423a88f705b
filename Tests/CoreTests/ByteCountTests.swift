import Core
import Testing

@Suite("ByteCount: how sizes are read and written")
struct ByteCountTests {
  @Test(
    "sizes are read as they are written",
    arguments: [
      ("512", 512), ("16KiB", 16_384), ("1MiB", 1_048_576), ("1GiB", 1 << 30), ("0", 0),
      ("KiB", nil), ("1KB", nil), ("-1", nil), ("1.5KiB", nil), ("9999999999999GiB", nil),
      ("", nil),
    ])
  func sizes(_ text: String, _ expected: Int?) {
    #expect(ByteCount(text)?.bytes == expected)
  }

  @Test("sizes are written in their largest unit", arguments: [(512, "512"), (16_384, "16KiB")])
  func sizesAsText(_ bytes: Int, _ expected: String) {
    #expect(ByteCount(bytes: bytes).description == expected)
  }
}
