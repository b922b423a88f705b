import Foundation

/// JSON as a test reads it: what is not there is null, so that a test names the whole path and then says what it
/// expects of it.
package struct JSON: CustomStringConvertible {
  private let value: Any?

  private init(value: Any?) {
    self.value = value
  }

  package init(_ bytes: [UInt8]) throws {
    value = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
  }

  package init(_ text: String) throws {
    try self.init(Array(text.utf8))
  }

  package subscript(name: String) -> JSON { JSON(value: (value as? [String: Any])?[name]) }

  package subscript(index: Int) -> JSON {
    items.indices.contains(index) ? items[index] : JSON(value: nil)
  }

  package var text: String? { value as? String }
  package var number: Int? { value as? Int }
  package var flag: Bool? { value as? Bool }
  package var items: [JSON] { (value as? [Any] ?? []).map { JSON(value: $0) } }
  package var names: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
  package var isNull: Bool { value == nil || value is NSNull }

  /// The text of it, the same for the same values.
  package var description: String {
    guard let value,
      let data = try? JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
    else { return "nothing" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension RawResponse {
  /// The content as JSON.
  package func json() throws -> JSON { try JSON(body) }
}
