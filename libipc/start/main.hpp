// SPDX-License-Identifier: MIT
// The forms of `main` that a program may choose from. It defines one of them; see main.cpp.
#pragma once

int main(int argc, char** argv, char** environment);
int main(int argc, char** argv);
int main();
