// Package httpserver holds the tests of package approvalhttp on a real server:
// lists of many gates, workers that are down, posts at the same time, and what can
// be found afterwards.
package httpserver
