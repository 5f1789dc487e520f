//go:build race

package main

// maxMemory is how much memory a session may take, in kB. The race detector keeps several times what the program has.
const maxMemory = 3 * 64 << 10

// thin divides what hostile servers say in masses: under the race detector, the screen of the tests draws some thirty times slower.
const thin = 16
