// SPDX-License-Identifier: MIT
// Does nothing, successfully.
int main();
int main() { return 0; }
