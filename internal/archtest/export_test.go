package archtest

// Receiver is for the tests of the documentation.
var Receiver = receiver
