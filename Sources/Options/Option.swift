/// An option of a command line, declared once: the parse, the environment, help, completions and the man page all come
/// from it. `Value` is what reading it gives: `values[port]` is a `UInt16`, with no cast and no name.
package struct Option<Value: Sendable>: Sendable {
  package let declaration: OptionDeclaration
  let read: @Sendable ([Word]) -> Value?
  let write: @Sendable (Value) -> String?

  /// The option for a command with another default.
  package func withDefault(_ value: Value) -> OptionDeclaration {
    var changed = declaration
    changed.defaultText = write(value)
    return changed
  }
}

/// An option without the type of its value.
package struct OptionDeclaration: Sendable {
  /// Without its dashes.
  package let name: String
  /// The placeholder for the value in help: `PORT`; nil for a flag, which takes no value.
  package let valueName: String?
  package let completion: ValueCompletion
  /// What a message says after "expected".
  package let expected: String
  /// What help says about the accepted values: `1 to 64`; nil if there is nothing to say.
  package let range: String?
  /// How its values are written, for help, once for all options that have such values.
  package let form: String?
  /// The value if the option is not given; nil for none.
  package var defaultText: String?
  /// What help says about the default if there is no default value.
  package let defaultNote: String?
  /// If given more than once, each adds a value. Otherwise the last one wins.
  package let repeats: Bool
  /// Its value is never printed.
  package let isSecret: Bool
  package let environment: EnvironmentUse
  /// Its heading in help.
  package let group: String
  /// One line.
  package let help: String
  let isValid: @Sendable (Word) -> Bool

  package var isFlag: Bool { valueName == nil }

  /// What help says about the default.
  package var shownDefault: String { defaultText ?? defaultNote ?? (isFlag ? "off" : "none") }

  /// How messages name the option and a value: `--port 1`, or `TOOL_PORT=1` if that variable gave it. A secret value is
  /// left out, and so is an empty one.
  func subject(_ word: Word?, variable: String?) -> String {
    let name = variable ?? "--\(self.name)"
    guard let word, !word.bytes.isEmpty, !isSecret else { return name }
    if isFlag, variable == nil, word.text == "true" { return name }
    return "\(name)\(isFlag || variable != nil ? "=" : " ")\(word.shown)"
  }

  /// How the environment may give the option.
  package enum EnvironmentUse: Sendable, Equatable {
    /// By a variable with the option's name. An empty one counts as not set.
    case variable
    /// By a variable, which is wrong if it is empty.
    case variableNotEmpty
    /// By a variable, unless its value begins with `prefix`: then it is another program's.
    case variableUnless(prefix: String)
    /// By a variable, unless its value is one of these words: then it is another command's.
    case variableNotOneOf([String])
    case none
  }

  /// Whether both are the same option, maybe with another default.
  func isSame(as other: OptionDeclaration) -> Bool {
    name == other.name && valueName == other.valueName && help == other.help
      && completion == other.completion && repeats == other.repeats
  }
}

extension Option {
  private init<Element>(
    _ name: String, _ kind: Kind<Element>, valueName: String?, defaultText: String? = nil,
    defaultNote: String? = nil, repeats: Bool, isSecret: Bool,
    environment: OptionDeclaration.EnvironmentUse, group: String,
    help: String, read: @escaping @Sendable ([Word]) -> Value?,
    write: @escaping @Sendable (Value) -> String?
  ) {
    declaration = OptionDeclaration(
      name: name, valueName: valueName, completion: kind.completion, expected: kind.expected,
      range: kind.range, form: kind.form, defaultText: defaultText, defaultNote: defaultNote,
      repeats: repeats, isSecret: isSecret,
      environment: environment,
      group: group, help: help, isValid: { kind.read($0) != nil })
    self.read = read
    self.write = write
  }

  /// An option that always has a value.
  package static func one(
    _ name: String, _ kind: Kind<Value>, default value: Value, valueName: String,
    environment: OptionDeclaration.EnvironmentUse = .variable, group: String, help: String
  ) -> Option {
    Option(
      name, kind, valueName: valueName, defaultText: kind.write(value), repeats: false,
      isSecret: false, environment: environment, group: group, help: help,
      read: { words in words.last.flatMap(kind.read) }, write: { kind.write($0) })
  }
}

extension Option {
  /// An option that may have no value.
  ///
  /// - Parameter defaultNote: what help says about the default; nil says "none".
  package static func optional<Element>(
    _ name: String, _ kind: Kind<Element>, valueName: String, isSecret: Bool = false,
    defaultNote: String? = nil, environment: OptionDeclaration.EnvironmentUse = .variable,
    group: String, help: String
  ) -> Option where Value == Element? {
    Option(
      name, kind, valueName: valueName, defaultNote: defaultNote,
      repeats: false, isSecret: isSecret,
      environment: environment, group: group, help: help,
      read: { words in .some(words.last.flatMap(kind.read)) }, write: { $0.map(kind.write) })
  }

  /// An option that may be given more than once.
  ///
  /// - Parameter defaultNote: what help says about the default; nil says "none".
  package static func many<Element>(
    _ name: String, _ kind: Kind<Element>, valueName: String, defaultNote: String? = nil,
    environment: OptionDeclaration.EnvironmentUse = .variable, group: String, help: String
  ) -> Option where Value == [Element] {
    Option(
      name, kind, valueName: valueName, defaultNote: defaultNote, repeats: true, isSecret: false,
      environment: environment, group: group, help: help,
      read: { words in words.compactMap(kind.read) },
      write: { $0.isEmpty ? nil : $0.map(kind.write).joined(separator: ",") })
  }
}

extension Option where Value == Bool {
  /// An option without a value: if it is given, it is on. `--name=false` turns off what a variable turned on.
  package static func flag(
    _ name: String, environment: OptionDeclaration.EnvironmentUse = .variable, group: String,
    help: String
  ) -> Option {
    Option(
      name, .truth, valueName: nil, repeats: false, isSecret: false,
      environment: environment, group: group, help: help,
      read: { words in words.last.flatMap(Kind.truth.read) ?? false },
      write: { $0 ? "true" : nil })
  }
}

/// What a command takes beside its options, declared once.
package struct Argument<Value: Sendable>: Sendable {
  package private(set) var declaration: ArgumentDeclaration
  let read: @Sendable ([Word]) -> Value
}

/// An argument without the type of its value.
package struct ArgumentDeclaration: Sendable {
  /// The placeholder for it in help: `FILE`.
  package let name: String
  package let count: Count
  package private(set) var completion: ValueCompletion
  package private(set) var expected: String
  /// Whether it names one of the program's commands. They are known only where the program is declared.
  fileprivate var namesCommand = false
  /// The names of options; each of them makes the argument unnecessary.
  package let requiredUnless: [String]
  package let help: String
  private(set) var isValid: @Sendable (Word) -> Bool

  /// The argument, as it is in a program with these commands.
  func resolved(commands names: [String]) -> ArgumentDeclaration {
    guard namesCommand else { return self }
    var resolved = self
    resolved.completion = .choices(names)
    resolved.expected = "a command: " + listing(names)
    resolved.isValid = { word in word.text.map { names.contains($0) } ?? false }
    return resolved
  }

  /// How many words it takes.
  package enum Count: Sendable, Equatable {
    case optional, one, oneOrMore
    /// All words after `--`, one at least.
    case afterTerminator
  }
}

extension Argument {
  private init<Element>(
    _ name: String, _ kind: Kind<Element>, _ count: ArgumentDeclaration.Count,
    requiredUnless: [String], help: String, read: @escaping @Sendable ([Word]) -> Value
  ) {
    declaration = ArgumentDeclaration(
      name: name, count: count, completion: kind.completion, expected: kind.expected,
      requiredUnless: requiredUnless, help: help, isValid: { kind.read($0) != nil })
    self.read = read
  }

  /// One argument, or none: required by default.
  package static func one<Element>(
    _ name: String, _ kind: Kind<Element>, isOptional: Bool = false,
    requiredUnless: [String] = [], help: String
  ) -> Argument where Value == Element? {
    Argument(
      name, kind, isOptional ? .optional : .one, requiredUnless: requiredUnless, help: help,
      read: { $0.first.flatMap(kind.read) })
  }

  /// One argument or more.
  package static func oneOrMore<Element>(
    _ name: String, _ kind: Kind<Element>, requiredUnless: [String] = [], help: String
  ) -> Argument where Value == [Element] {
    Argument(
      name, kind, .oneOrMore, requiredUnless: requiredUnless, help: help,
      read: { $0.compactMap(kind.read) })
  }
}

extension Argument where Value == String? {
  /// The name of one of the program's commands, or none.
  package static func commandName(_ name: String, help: String) -> Argument {
    var argument = one(name, .text("a command"), isOptional: true, help: help)
    argument.declaration.namesCommand = true
    return argument
  }
}

extension Argument where Value == [Word] {
  /// The words after `--`: a command and its arguments, byte for byte.
  package static func command(_ name: String, requiredUnless: [String] = [], help: String)
    -> Argument
  {
    Argument(
      name,
      Kind(completion: .nothing, expected: "a command", read: { $0 }, write: { $0.shown }),
      .afterTerminator, requiredUnless: requiredUnless, help: help, read: { $0 })
  }
}
