import HTTP1
import RedirectCall

/// A request's bytes and head, put together by hand so that each check is tested without the parser.
struct Message {
  var bytes: [UInt8] = []
  var head = RequestHead()

  init(
    method: Method = .post, methodText: String = "POST", target: String = OperationRoute.path,
    fields: [(KnownFieldName, String)] = []
  ) {
    head.method = method
    head.methodBytes = append(methodText)
    head.target.whole = append(target)
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let pathEnd = head.target.whole.lowerBound + parts[0].utf8.count
    head.target.path = head.target.whole.lowerBound..<pathEnd
    if parts.count > 1 { head.target.query = (pathEnd + 1)..<head.target.whole.upperBound }
    for (name, value) in fields {
      head.fields.append(FieldLine(name: 0..<0, value: append(value), known: name))
    }
  }

  private mutating func append(_ text: String) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    return start..<bytes.count
  }
}

/// The rejection that `check` throws; nil where it passes.
func rejection<Value>(_ check: () throws(Rejection) -> Value) -> Rejection? {
  do {
    _ = try check()
    return nil
  } catch {
    return error
  }
}
