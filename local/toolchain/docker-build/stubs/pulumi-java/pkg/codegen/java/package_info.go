// Package java stands in for the Java SDK generator, which serving a plugin never calls.
package java

// PackageInfo has the fields the docker-build plugin names when it describes its Java SDK.
type PackageInfo struct {
	BasePackage                     string
	BuildFiles                      string
	GradleNexusPublishPluginVersion string
	GradleTest                      string
	Dependencies                    map[string]string
	Packages                        map[string]string
}
