import Core

/// The variables of the environment that begin with a program's prefix.
struct EnvironmentReader {
  private let program: Program
  private var values: [String: Word] = [:]
  /// Names that have no meaning, as messages show them.
  private var unknown: [String] = []

  /// - Parameter ignoresOuterRun: whether variables that an outer run of the program set count as not set.
  init(_ program: Program, _ entries: [Word], ignoresOuterRun: Bool = false) {
    self.program = program
    let ignored = ignoresOuterRun ? Self.namesOfOuterRun(program, entries) : []
    let known = Self.knownNames(program)
    for entry in entries where entry.bytes.starts(with: program.environmentPrefix.utf8) {
      guard let (name, value) = entry.assignment else { continue }
      if let text = name.text {
        if ignored.contains(text) { continue }
        if Self.isOfKubernetes(text, value) { continue }
        if known.contains(text) {
          if values[text] == nil { values[text] = value }
          continue
        }
      }
      if !unknown.contains(name.shown) { unknown.append(name.shown) }
    }
  }

  subscript(name: String) -> Word? { values[name] }

  /// A sentence for each variable that has no meaning, by name.
  var warnings: [String] {
    // Compared without the prefix, because that would make any two of them look alike.
    let count = program.environmentPrefix.count
    let names = Self.knownNames(program).filter { $0.hasPrefix(program.environmentPrefix) }
      .map { String($0.dropFirst(count)) }.sorted()
    return unknown.sorted().map { name in
      let nearest = NearestName.suggestion(for: String(name.dropFirst(count)), among: names)
      let hint = nearest.map { "; did you mean \(program.environmentPrefix)\($0)?" } ?? ""
      return "\(name) is not a variable of \(program.name)\(hint)"
    }
  }

  private static func namesOfOuterRun(_ program: Program, _ entries: [Word]) -> Set<String> {
    guard let variable = program.outerRunVariable,
      let value = entries.lazy.compactMap(\.assignment).first(where: { $0.name.text == variable })?
        .value.text
    else { return [] }
    return Set(value.split(separator: ",").map(String.init))
  }

  private static func knownNames(_ program: Program) -> Set<String> {
    var names = Set(program.internalVariables)
    for command in program.commands {
      names.formUnion(command.settings.compactMap { program.variable(of: $0, in: command) })
      names.formUnion(command.setsVariables.map(\.name))
    }
    return names
  }

  /// Whether Kubernetes sets the variable for a Service with a name that begins like the program's:
  /// https://kubernetes.io/docs/tutorials/services/connect-applications-service/#accessing-the-service
  private static func isOfKubernetes(_ name: String, _ value: Word) -> Bool {
    let schemes = ["tcp://", "udp://", "sctp://"]
    if name.hasSuffix("_PORT"), schemes.contains(where: { value.bytes.starts(with: $0.utf8) }) {
      return true
    }
    if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
    let parts = name.split(separator: "_")
    // …_PORT_4010_TCP, …_PORT_4010_TCP_ADDR
    return parts.indices.dropLast(2).contains { index in
      parts[index] == "PORT" && !parts[index + 1].isEmpty
        && parts[index + 1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        && ["TCP", "UDP", "SCTP"].contains(parts[index + 2])
    }
  }
}
