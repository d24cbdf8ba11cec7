// SPDX-License-Identifier: MIT
// A program that does nothing: what remains is what a process costs.
int main() { return 0; }
