{{- define "pointsman.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pointsman.metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "pointsman.labels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
  helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "pointsman.configuration" -}}
{{- $given := dict "apiVersion" "kubeproxy.config.k8s.io/v1alpha1" "kind" "KubeProxyConfiguration" "mode" .Values.mode -}}
{{- $given = set $given "clientConnection" (dict "kubeconfig" "/var/lib/kube-proxy/kubeconfig.conf") -}}
{{- if .Values.clusterCIDR -}}
{{- $given = set $given "clusterCIDR" .Values.clusterCIDR -}}
{{- end -}}
{{- with .Values.https -}}
{{- if .secretName -}}
{{- $given = merge $given (dict "tlsCertFile" "/etc/pointsman/tls/tls.crt" "tlsPrivateKeyFile" "/etc/pointsman/tls/tls.key") -}}
{{- if .tokens -}}{{- $given = set $given "authentication" (dict "webhook" (dict "enabled" true)) -}}{{- end -}}
{{- if .healthz -}}{{- $given = set $given "healthzTLS" true -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- mergeOverwrite $given (deepCopy .Values.config) | toYaml -}}
{{- end }}

{{- define "pointsman.kubeconfig" -}}
{{- $host := required "apiServer.host must be set to the API server as nodes reach it (not its ClusterIP): kubectl config view --minify shows it" .Values.apiServer.host -}}
{{- if contains ":" $host -}}{{- $host = printf "[%s]" ($host | trimPrefix "[" | trimSuffix "]") -}}{{- end -}}
apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: https://{{ $host }}:{{ .Values.apiServer.port }}
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
{{- end }}

{{- /* What both containers have in common; takes a dict of the context and further arguments. */}}
{{- define "pointsman.container" -}}
{{- $image := .context.Values.image -}}
image: {{ printf "%s:%s" $image.repository ($image.tag | default .context.Chart.AppVersion) | quote }}
imagePullPolicy: {{ $image.pullPolicy }}
command:
- /usr/local/bin/kube-proxy
- --config=/var/lib/kube-proxy/config.conf
- --hostname-override=$(NODE_NAME)
{{- range .arguments }}
- {{ . }}
{{- end }}
env:
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- end }}

{{- define "pointsman.mounts" -}}
- name: kube-proxy
  mountPath: /var/lib/kube-proxy
- name: xtables-lock
  mountPath: /run/xtables.lock
  readOnly: false
- name: lib-modules
  mountPath: /lib/modules
  readOnly: true
{{- end }}
