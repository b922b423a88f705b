import Core
import HTTP1

/// A response before it becomes bytes, so that a fault can still change its parts.
package struct DraftResponse: Sendable, Equatable {
  package var status: Int
  /// All field lines but `Content-Length`.
  package var fields: [ResponseField]
  package var body: [UInt8]
  /// How long the response asks the client to wait, in nanoseconds; nil if it asks nothing.
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
  ///   - lengths: the `Content-Length` lines; nil for the right one or, where there is no content, none.
  ///   - extra: field lines behind them.
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

  /// Puts a field line in, instead of those of its name.
  package mutating func set(_ field: ResponseField) {
    remove(field.name)
    fields.append(field)
  }

  /// Puts several field lines in, each instead of those of its name.
  ///
  /// - Complexity: of all field lines, so that a rule with thousands of them holds nobody up.
  mutating func set(_ all: [ResponseField]) {
    guard all.count > 16 else {
      for field in all { set(field) }
      return
    }
    let names = all.map { $0.name.lowercased() }
    // Of several of one name the last one stays.
    let last = Dictionary(zip(names, names.indices), uniquingKeysWith: { _, second in second })
    fields.removeAll { last[$0.name.lowercased()] != nil }
    for (index, field) in all.enumerated() where last[names[index]] == index {
      fields.append(field)
    }
  }

  /// Takes out the field lines of these names.
  ///
  /// - Complexity: of all names and field lines.
  mutating func remove(_ names: [String]) {
    guard names.count > 16 else {
      for name in names { remove(name) }
      return
    }
    let names = Set(names.map { $0.lowercased() })
    fields.removeAll { names.contains($0.name.lowercased()) }
  }

  /// Takes out the field lines of this name.
  mutating func remove(_ name: String) {
    fields.removeAll { $0.name.equalsIgnoringCase(name) }
  }
}
