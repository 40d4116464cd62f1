/** What a version of a program gives for what is timed, as text: to tell a peer whose code does something else. */
export function outcomes(program, version) {
  return program
    .timed()
    .map((args) => text(version(...args)))
    .join("\n");
}

function text(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
