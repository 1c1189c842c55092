package clienterrors

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"io/fs"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// second returns the error of a call that returns a value too.
func second[T any](_ T, err error) error { return err }

func standard(t *testing.T) []row {
	ended, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	<-ended.Done()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	dir := t.TempDir()
	reader, writer := io.Pipe()
	_ = reader.Close()
	closed, err := os.Create(filepath.Join(dir, "closed"))
	if err == nil {
		_ = closed.Close()
	}
	var number struct{ A int }
	return []row{
		{"a call's own time is over", ended.Err()},
		{"a call's own context is canceled", stopped.Err()},
		{"JSON with a mistake", json.Unmarshal([]byte("{"), &number)},
		{"JSON of another type", json.Unmarshal([]byte(`{"A":"x"}`), &number)},
		{"JSON of what cannot be encoded", second(json.Marshal(func() {}))}, //nolint:staticcheck // to see it fail
		{"JSON that ends early", json.NewDecoder(strings.NewReader(`{"A":`)).Decode(&number)},
		{"XML with a mistake", xml.Unmarshal([]byte("<a>"), &number)},
		{"base64 with a mistake", second(base64.StdEncoding.DecodeString("%"))},
		{"a number with a mistake", second(strconv.Atoi("x"))},
		{"a time with a mistake", second(time.Parse(time.RFC3339, "x"))},
		{"a mail address with a mistake", second(mail.ParseAddress("x@"))},
		{"a file that does not exist", second(os.Open(filepath.Join(dir, "none")))},
		{"a directory read as a file", second(os.ReadFile(dir))},
		{"a file that is closed", second(closed.WriteString("x"))},
		{"a file name that is not valid", second(fs.ReadFile(os.DirFS(dir), "../x"))},
		{"a pipe without a reader", second(writer.Write([]byte("x")))},
		{"a program that does not exist", exec.CommandContext(t.Context(), filepath.Join(dir, "none")).Run()},
		{"a program that fails", exec.CommandContext(t.Context(), "false").Run()},
		{"a stream that ends early", second(io.ReadFull(strings.NewReader("x"), make([]byte, 2)))},
	}
}
