import TLS
import Testing

@Suite struct CABundleTests {
  @Test("the bundle is the system's authorities and then ours")
  func joined() throws {
    let bundle = CABundle.bytes(with: "OURS\n", files: ["/nonexistent", "/etc/hostname"])
    let text = String(decoding: bundle, as: UTF8.self)
    #expect(text.hasSuffix("\nOURS\n"))
    #expect(text.utf8.count > 6)
  }

  @Test("without a system's file it is ours alone")
  func alone() {
    #expect(CABundle.bytes(with: "OURS\n", files: ["/nonexistent"]) == Array("OURS\n".utf8))
  }
}
