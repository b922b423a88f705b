import Foundation

/// What libFuzzer calls with each input. One program holds all targets, and `REDIRECT_EMULATOR_FUZZ` names the one that
/// runs. Built by scripts/fuzz only.
///
/// The pointer is libFuzzer's, good for this call: its bytes are copied at once, so that reading past them is found.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  target(Array(UnsafeBufferPointer(start: pointer, count: count)))
  return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
  switch ProcessInfo.processInfo.environment["REDIRECT_EMULATOR_FUZZ"] {
  case "request": FuzzRequest.run
  case "response": FuzzResponse.run
  case "chunks": FuzzChunks.run
  case "body": FuzzBody.run
  case "authorization": FuzzAuthorization.run
  case "token": FuzzToken.run
  case "date": FuzzDate.run
  case "scenario": FuzzScenario.run
  case let other: fatalError("no fuzz target \(other ?? "was named")")
  }
}()
