// SPDX-License-Identifier: MIT
// Does nothing, without success.
int main();
int main() { return 1; }
