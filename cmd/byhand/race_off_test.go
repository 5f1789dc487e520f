//go:build !race

package main

// maxMemory is how much memory a session may take, in kB.
const maxMemory = 64 << 10
