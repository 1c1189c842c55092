package devserver

import (
	"os"
	"slices"
	"strings"
)

// Environ returns an environment, such as os.Environ's, in which the settings of
// Temporal's own tools are those of this server, and no others are left: neither of
// variables nor of a configuration file.
func (s *Server) Environ(env []string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(v string) bool { return strings.HasPrefix(v, "TEMPORAL_") })
	return append(env,
		"TEMPORAL_ADDRESS="+s.ClientOptions.HostPort,
		"TEMPORAL_NAMESPACE="+s.ClientOptions.Namespace,
		"TEMPORAL_CONFIG_FILE="+os.DevNull) // not the one in the home directory
}
