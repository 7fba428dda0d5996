import { existsSync } from 'node:fs'

/** Where Debian's libnginx-mod-rtmp puts its module. */
const MODULE = '/usr/lib/nginx/modules/ngx_rtmp_module.so'

/** A configuration for nginx-rtmp as a plain live relay: one worker in the foreground, its module's defaults. */
export function nginxConfig(rtmpPort: number, folder: string): string {
  return `${existsSync(MODULE) ? `load_module ${MODULE};` : ''}
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 16384; }
rtmp {
  server {
    listen 127.0.0.1:${rtmpPort};
    chunk_size 4096;
    application live { live on; }
  }
}
`
}
