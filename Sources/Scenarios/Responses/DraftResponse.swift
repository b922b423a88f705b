import Core
import HTTP1

/// A response before it becomes bytes, so that a fault can still change its parts.
package struct DraftResponse: Sendable, Equatable {
  package var status: Int
  /// All field lines except `Content-Length`.
  package var fields: [ResponseField]
  package var body: [UInt8]
  /// How long the response asks the client to wait, in nanoseconds; nil if it does not ask.
  package var askedWait: Int64?
  /// Whether it says until when, and not how long: then the wait gets shorter until the response is sent.
  package var asksUntilDate = false

  package init(
    status: Int, fields: [ResponseField], body: [UInt8] = [], askedWait: Int64? = nil
  ) {
    self.status = status
    self.fields = fields
    self.body = body
    self.askedWait = askedWait
  }

  /// Whether its status allows no content. RFC 9110 §6.4.1.
  package var isBodiless: Bool { ResponseHead.isBodiless(status) }

  /// The response on the wire.
  package var bytes: [UInt8] { head() + (isBodiless ? [] : body) }

  /// The status line, the field lines and the empty line.
  ///
  /// - Parameters:
  ///   - lengths: the `Content-Length` lines; nil for the right one, or for none if there is no content.
  ///   - extra: field lines after them.
  package func head(
    minorVersion: Int = 1, lengths: [Int]? = nil, extra: [ResponseField] = []
  ) -> [UInt8] {
    var output: [UInt8] = []
    ResponseHead.appendStatusLine(status, minorVersion: minorVersion, to: &output)
    output.append(contentsOf: fieldLines(lengths: lengths, extra: extra))
    return output
  }

  /// ``head(minorVersion:lengths:extra:)`` without its status line.
  func fieldLines(lengths: [Int]? = nil, extra: [ResponseField] = []) -> [UInt8] {
    var output: [UInt8] = []
    for field in fields { output.appendField(field) }
    for length in lengths ?? (isBodiless ? [] : [body.count]) {
      output.appendField(ResponseField("Content-Length", String(length)))
    }
    for field in extra { output.appendField(field) }
    output.appendLineEnd()
    return output
  }

  /// Sets a field line. It replaces those with its name.
  package mutating func set(_ field: ResponseField) {
    remove(field.name)
    fields.append(field)
  }

  /// Sets several field lines. Each replaces those with its name.
  ///
  /// - Complexity: O(field lines), so a rule with thousands of them delays nothing.
  mutating func set(_ all: [ResponseField]) {
    guard all.count > 16 else {
      for field in all { set(field) }
      return
    }
    let names = all.map { $0.name.lowercased() }
    // If several have the same name, the last one stays.
    let last = Dictionary(zip(names, names.indices), uniquingKeysWith: { _, second in second })
    fields.removeAll { last[$0.name.lowercased()] != nil }
    for (index, field) in all.enumerated() where last[names[index]] == index {
      fields.append(field)
    }
  }

  /// Removes the field lines with these names.
  ///
  /// - Complexity: O(names and field lines).
  mutating func remove(_ names: [String]) {
    guard names.count > 16 else {
      for name in names { remove(name) }
      return
    }
    let names = Set(names.map { $0.lowercased() })
    fields.removeAll { names.contains($0.name.lowercased()) }
  }

  /// Removes the field lines with this name.
  mutating func remove(_ name: String) {
    fields.removeAll { $0.name.equalsIgnoringCase(name) }
  }
}
