import Core
import HTTP1
import Testing

@Suite struct ArrayFieldsTests {
  @Test("field lines end in CR LF, whatever their parts are made of")
  func fields() {
    let message = Array("id=42;".utf8)
    var output: [UInt8] = []
    output.appendField("A", "b")
    output.appendField("C", message.span, 3..<5)
    output.appendField("D", decimal: 12)
    output.appendField(ResponseField("E", ""))
    #expect(String(decoding: output, as: UTF8.self) == "A: b\r\nC: 42\r\nD: 12\r\nE: \r\n")
  }
}
