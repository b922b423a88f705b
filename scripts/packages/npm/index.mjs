import helper from "./index.js";

export const { Emulator, EmulatorError, Resource, VerificationError, binary, resource, start } = helper;
