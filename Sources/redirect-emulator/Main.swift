import CSystem
import Glibc
import Options

/// The command line. The guide CommandLine describes it.
@main
enum Main {
  static func main() {
    StandardStreams.reserve()
    do throws(Failure) {
      try run()
    } catch {
      error.exit()
    }
  }

  private static func run() throws(Failure) {
    // Freed memory that stays with the process would look like a violation of --max-memory to observers outside of it.
    csystem_return_large_blocks()
    let program = Program.redirectEmulator
    let invocation: Invocation
    do throws(UsageError) {
      invocation = try program.parse(ProcessWords.arguments, environment: ProcessWords.environment)
    } catch {
      throw .wrongUsage(error)
    }
    switch invocation {
    case .help(let command):
      try StandardOutput.write(program.help(command, width: Terminal.width))
    case .version:
      try StandardOutput.write(program.version + "\n")
    case .run(let command, let values, let warnings):
      for warning in warnings { StandardError.write("warning: \(warning)\n") }
      try Program.run(command, values)
    }
  }
}

/// The words that the process was started with, byte for byte. (`CommandLine.arguments` repairs bytes that are not
/// UTF-8.)
enum ProcessWords {
  /// Without the program's name.
  static var arguments: [Word] {
    Array(words(CommandLine.unsafeArgv).dropFirst())
  }

  static var environment: [Word] { words(environ) }

  private static func words(_ start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [Word] {
    var words: [Word] = []
    // Both lists end in a null pointer: execve(2).
    var next = start
    while let word = next.pointee {
      words.append(
        Word(UnsafeBufferPointer(start: word, count: strlen(word)).map { UInt8(bitPattern: $0) }))
      next += 1
    }
    return words
  }
}

/// The terminal of standard output.
enum Terminal {
  /// Its columns; nil if standard output is not a terminal.
  static var width: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
