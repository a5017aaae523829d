{{- define "pressroom.name" -}}
{{- if eq .Release.Name .Chart.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 48 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "pressroom.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "pressroom.labels" -}}
{{ include "pressroom.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "pressroom.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "pressroom.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "pressroom.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{/* Environment of a process: common settings, settings of this process, and files with secrets. */}}
{{- define "pressroom.env" -}}
{{- $config := mergeOverwrite (deepCopy .root.Values.config) (deepCopy .config) }}
{{- range $name, $value := $config }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range .root.Values.secret.keys }}
- name: {{ . }}_FILE
  value: /run/secrets/pressroom/{{ . }}
{{- end }}
{{- end }}

{{/* Grace period before Kubernetes kills a pod, in seconds (docs/guides/deploy.md). */}}
{{- define "pressroom.terminationGrace" -}}
{{- $config := mergeOverwrite (deepCopy .root.Values.config) (deepCopy .config) }}
{{- add (int ($config.SHUTDOWN_DELAY_SECONDS | default "5")) (int ($config.SHUTDOWN_GRACE_SECONDS | default "10")) 10 }}
{{- end }}

{{- define "pressroom.pod" -}}
{{- $root := .root }}
{{- $values := index .root.Values .component }}
metadata:
  labels:
    {{- include "pressroom.labels" . | nindent 4 }}
  {{- with $values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "pressroom.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "pressroom.terminationGrace" (dict "root" $root "config" $values.config) }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml $root.Values.podSecurityContext | nindent 4 }}
  containers:
    - name: pressroom
      image: {{ include "pressroom.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      securityContext:
        {{- toYaml $root.Values.containerSecurityContext | nindent 8 }}
      env:
        - name: PRESSROOM_ROLE
          value: {{ .component }}
        - name: MIGRATE
          value: 'off'
        {{- if $root.Values.metrics.enabled }}
        - name: METRICS
          value: 'on'
        - name: METRICS_HOST
          value: 0.0.0.0
        - name: METRICS_PORT
          value: '9464'
        {{- end }}
        {{- include "pressroom.env" (dict "root" $root "config" $values.config) | trim | nindent 8 }}
      ports:
        - name: http
          containerPort: 3000
        {{- if $root.Values.metrics.enabled }}
        - name: metrics
          containerPort: 9464
        {{- end }}
      # Allows two minutes, because PostgreSQL may start at the same time.
      startupProbe:
        httpGet:
          path: /health/live
          port: http
        periodSeconds: 2
        timeoutSeconds: 3
        failureThreshold: 60
      # Checks no other server, because restarting the pod would not repair it.
      livenessProbe:
        httpGet:
          path: /health/live
          port: http
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet:
          path: /health/ready
          port: http
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      volumeMounts:
        {{- include "pressroom.mounts" $root | nindent 8 }}
        - name: data
          mountPath: /data
  volumes:
    {{- include "pressroom.volumes" (dict "root" $root "size" $values.temporaryStorage) | nindent 4 }}
    - name: data
      {{- if $root.Values.persistence.enabled }}
      persistentVolumeClaim:
        claimName: {{ $root.Values.persistence.existingClaim | default (include "pressroom.name" $root) }}
      {{- else }}
      emptyDir:
        sizeLimit: {{ $values.temporaryStorage }}
      {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "pressroom.selector" . | nindent 10 }}
  {{- range $field := list "nodeSelector" "tolerations" "affinity" }}
  {{- with index $values $field }}
  {{ $field }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end }}

{{- define "pressroom.mounts" -}}
- name: secrets
  mountPath: /run/secrets/pressroom
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- end }}

{{/* Lists the keys, so pods do not receive other keys of the secret. 292 is 0444 in octal. */}}
{{- define "pressroom.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .root.Values.secret.name }}
    defaultMode: 292
    items:
      {{- range .root.Values.secret.keys }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
- name: tmp
  emptyDir:
    sizeLimit: {{ .size }}
{{- end }}
