/* SmartGuard, source 3db45a27a577fb899366667bad26e294133b2150d5714f1cb9af37f9da4ccbaf; parts: Lit (BSD-3-Clause) */
import{B as S,D as m,G as T,J as w,K as C,L as O,M as I,N as A,O as F,a as f,b as l,c as M,d,e as y,f as p,i as N,k as D,t as b,u as a,v,x as L}from"./smartguard-chunk-TPNWXTA5.js";async function U(i,r,e){return((await i.callWS({type:"history/history_during_period",start_time:new Date(Date.now()-e*36e5).toISOString(),entity_ids:[r],minimal_response:!0,no_attributes:!0}).catch(()=>{}))?.[r]??[]).map(s=>({time:s.lu,score:Number(s.s)})).filter(s=>Number.isFinite(s.score))}function j(i,r){return i.at(-1)?.score===r?i:[...i,{time:Date.now()/1e3,score:r}].slice(-2e3)}var h=300,x=48,Y=300,Z=3,P=class extends y{static{this.properties={hass:{attribute:!1},points:{attribute:!1},threshold:{type:Number},hours:{type:Number}}}render(){let r=Date.now()/1e3,e=r-this.hours*3600,t=K(J(this.points??[],e),Y),s=t.at(-1);if(!this.hass||!s)return d;let n=this.threshold-Z,o=Math.max(this.threshold+.5,...t.map(u=>u.score)),c=u=>((u-e)/(r-e)*h).toFixed(1),g=u=>(x-3-Math.max(0,u-n)/(o-n)*(x-6)).toFixed(1),k=t.map((u,V)=>`${V?`H${c(u.time)}V`:`M${c(u.time)} `}${g(u.score)}`).join("")+`H${h}`,q=c(t[0]?.time??e),H=g(this.threshold),B=a(this.hass,"spark.label",{score:m(this.hass,s.score,1),threshold:m(this.hass,this.threshold,1)});return l`<div class="row"><span>${a(this.hass,"spark.title")}</span><span class="told">${a(this.hass,"spark.told")}</span></div>
      <svg viewBox="0 0 ${h} ${x}" preserveAspectRatio="none" role="img" aria-label=${B}>
        ${M`
          <clipPath id="above"><rect x="0" y="0" width=${h} height=${H}></rect></clipPath>
          <path class="area" d="${k}V${x}H${q}Z"></path>
          <line class="limit" x1="0" x2=${h} y1=${H} y2=${H}></line>
          <path class="line" d=${k}></path>
          <path class="line over" clip-path="url(#above)" d=${k}></path>`}
      </svg>
      <div class="row"><span>${T(this.hass,this.hours)}</span><span>${T(this.hass,0)}</span></div>`}static{this.styles=[b,f`
      :host { display: block; }
      .row { display: flex; justify-content: space-between; gap: 12px; font-size: 11px; color: var(--sg-soft); }
      .told::before {
        content: ""; display: inline-block; width: 18px; margin-inline-end: 6px; vertical-align: middle;
        border-top: 1px dashed var(--sg-strange);
      }
      svg { width: 100%; height: 48px; display: block; margin: 2px 0; }
      .line { fill: none; stroke: var(--sg-usual); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
      .over { stroke: var(--sg-strange); }
      .area { fill: color-mix(in srgb, var(--sg-usual) 12%, transparent); }
      .limit { stroke: var(--sg-strange); stroke-width: 1; stroke-dasharray: 4 4; opacity: 0.7; vector-effect: non-scaling-stroke; }
    `]}};customElements.get("sg-spark")??customElements.define("sg-spark",P);function J(i,r){let e=i.findLastIndex(s=>s.time<=r);return(e<0?i:i.slice(e)).map(s=>s.time<r?{...s,time:r}:s)}function K(i,r){if(i.length<=r)return i;let e=i.length/r;return Array.from({length:r},(t,s)=>i.slice(Math.floor(s*e),Math.max(Math.floor(s*e)+1,Math.floor((s+1)*e))).reduce((n,o)=>o.score>n.score?o:n))}var Q=400,X=24,$=class extends y{constructor(){super();this.feed=new I(this,{status:(e,t)=>this.statusChanged(e,t),behavior:()=>this.refreshSoon(),alarms:()=>this.refreshSoon()},!0);this.points=[]}static{this.properties={hass:{attribute:!1},config:{state:!0},view:{state:!0},latest:{state:!0},points:{state:!0},trouble:{state:!0}}}setConfig(e){if(!e)throw new Error("Expected a configuration");let t=this.config?.hours;this.config=e;let s=this.feed.status?.score_entity;s&&t!==e.hours&&this.load(s)}getCardSize(){return 5}getGridOptions(){return{columns:12,min_columns:6,rows:"auto"}}get anomaly(){return this.config.entity??"binary_sensor.smartguard_anomaly"}get hours(){return this.config.hours??X}willUpdate(e){let t=e.get("hass");!this.hass||!e.has("hass")||(t?.language!==this.hass.language&&v(this.hass).then(()=>this.requestUpdate()),t&&!t.connected&&this.hass.connected&&this.refreshSoon())}shouldUpdate(e){let t=e.get("hass");return e.size!==1||!t||!this.hass?!0:t.localize!==this.hass.localize||t.connected!==this.hass.connected||t.services!==this.hass.services||w(this.hass)&&C(t).some((s,n)=>s!==C(this.hass)[n])}statusChanged(e,t){!t?.loaded&&e.score_entity&&this.load(e.score_entity),e.score!==null&&(this.points=j(this.points,e.score)),(!t?.loaded||t.alarm?.episode_id!==e.alarm?.episode_id||t.last_trained!==e.last_trained)&&this.refreshSoon()}refreshSoon(){this.settle??=setTimeout(()=>{this.settle=void 0,this.refresh()},Q)}async refresh(){let e=this.hass;if(!(!e||w(e)))try{let[t,s]=await Promise.all([p(e,"explain"),p(e,"alarms",{limit:1})]);this.view=t,this.latest=s.rows[0],this.trouble=void 0}catch(t){this.trouble=N(t)}}async load(e){if(!this.hass)return;let t=await U(this.hass,e,this.hours),s=t.at(-1)?.time??0;this.points=[...t,...this.points.filter(n=>n.time>s)]}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.settle),this.settle=void 0}render(){let e=this.hass;return!e||!this.config?d:l`<ha-card>${this.header(e)}<div class="body">${this.body(e)}</div></ha-card>`}header(e){let{icon:t,tone:s,text:n}=this.headline(e);return l`<div class="visually-hidden" role="status">${n}</div>
      <button class="head ${s}" @click=${()=>D(this,this.anomaly)}>
      <span class="badge"><ha-icon .icon=${t}></ha-icon></span>
      <span class="line">
        <span class="title">${this.config.title??"SmartGuard"}</span>
        <span class="status">${n}</span>
      </span>
    </button>`}headline(e){let t=this.feed.status,s=(o,c,g)=>({icon:o,tone:c,text:a(e,`headline.${g}`)});if(!e.connected)return s("mdi:lan-disconnect","off","lost");let n=this.feed.trouble;if(n)return s("mdi:shield-off","off",n.kind);if(!t)return s("mdi:shield-home","off","loading");if(t.alarm)return s("mdi:shield-alert","bad","unusual");switch(t.status){case"guarding":return s("mdi:shield-check","good","usual");case"training":return t.last_trained?s("mdi:shield-check","good","usual"):s("mdi:school","busy","training");case"importing":return s("mdi:database-import","busy","importing");case"collecting":return s("mdi:school","busy","collecting");case"paused":return s("mdi:shield-off","off","paused");case"failed":return s("mdi:alert-circle-outline","bad","failed");default:return{icon:"mdi:shield-home",tone:"off",text:String(t.status??"")}}}body(e){let t=this.feed.trouble??this.trouble;if(!e.connected)return A(e,"lost");if(t)return F(e,t);let s=this.feed.status;if(!s)return l`<div class="notice">${a(e,"state.loading")}</div>`;let n=w(e),o=s.alarm??(n?O(e):this.latest);return l`
      ${this.progress(e,s)}
      ${s.snoozed===null?d:this.snoozed(e,s.snoozed)}
      ${o?this.alarm(e,o):s.last_trained?l`<p class="soft">${a(e,"card.nothing_yet")}</p>`:d}
      ${this.config.window!==!1&&this.view?.rows.length?l`<sg-strip .hass=${e} .rows=${this.view.rows}></sg-strip>`:d}
      ${this.config.spark!==!1&&s.threshold!==null&&s.last_trained?l`<sg-spark .hass=${e} .points=${this.points} .threshold=${s.threshold} .hours=${this.hours}></sg-spark>`:d}
      ${this.config.buttons!==!1&&s.last_trained?l`<sg-actions .hass=${e} .episodeId=${o?.episode_id} .snoozed=${s.snoozed!==null} snooze
            @sg-acted=${this.refreshSoon}></sg-actions>`:d}
      ${n?l`<p class="soft small">${a(e,"card.details_for_admins")}</p>`:d}
    `}snoozed(e,t){let s=typeof t=="number"?a(e,"card.snoozed",{time:S(e,t)}):a(e,"card.snoozed_home");return l`<p class="line-up"><ha-icon .icon=${"mdi:bell-sleep"}></ha-icon>${s}</p>`}progress(e,t){if(t.progress===null&&t.last_trained)return d;let s=t.progress??0,n=t.reason?l`<div class="soft">${t.reason}</div>`:d;return l`
      ${t.progress===null?d:l`<div class="progress" role="progressbar" aria-label=${a(e,"card.learning")} aria-valuemin="0"
            aria-valuemax="100" aria-valuenow=${s.toFixed(0)}><span style="width:${s.toFixed(0)}%"></span></div>`}
      ${t.last_trained?d:l`<p class="soft">${a(e,"card.learned_so_far",{count:m(e,t.behaviors)})}</p>${n}`}
    `}alarm(e,t){let s=t.end===null?a(e,"card.since",{time:L(e,t.start)}):`${a(e,"card.last")} \xB7 ${S(e,t.start)}`;return l`<p class=${t.end===null?"alarm open":"alarm"}>
      <span class="soft small">${s}</span><br />${t.summary||a(e,"state.no_sentence")}
    </p>`}static{this.styles=[b,f`
      ha-card { display: block; height: 100%; box-sizing: border-box; }
      .head { display: flex; align-items: center; gap: 14px; width: 100%; padding: 14px 16px 6px; text-align: start; }
      .badge {
        width: 42px; height: 42px; flex: none; border-radius: 50%; display: grid; place-items: center;
        color: var(--tone); background: color-mix(in srgb, var(--tone) 18%, transparent); --mdc-icon-size: 24px;
      }
      .good { --tone: var(--success-color, #43a047); }
      .bad { --tone: var(--sg-strange); }
      .busy { --tone: var(--sg-usual); }
      .off { --tone: var(--sg-soft); }
      .line { display: grid; min-width: 0; }
      .title { font-size: 12px; color: var(--sg-soft); }
      .status { font-size: 17px; font-weight: 500; }
      .body { padding: 0 16px 16px; display: grid; gap: 12px; }
      p { margin: 0; overflow-wrap: anywhere; }
      .small { font-size: 12px; }
      .line-up { display: flex; gap: 8px; align-items: center; --mdc-icon-size: 18px; }
      .alarm { padding: 10px 12px; border-radius: 12px; background: color-mix(in srgb, var(--sg-soft) 8%, transparent); }
      .alarm.open { background: color-mix(in srgb, var(--sg-strange) 14%, transparent); }
      .progress { height: 6px; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--sg-usual) 16%, transparent); }
      .progress span { display: block; height: 100%; background: var(--sg-usual); transition: width 0.4s; }
    `]}};var R={columns:"full"},E=class extends HTMLElement{static async generate(r,e){let[t]=await Promise.all([p(e,"devices").catch(()=>({rows:[]})),v(e)]),n=[...Map.groupBy(t.rows,o=>o.area??"")].sort(([o],[c])=>+(o==="")-+(c==="")||o.localeCompare(c));return{type:"sections",max_columns:3,sections:[{type:"grid",cards:[{type:"custom:smartguard-card",grid_options:R}]},...n.map(([o,c])=>ee(e,o||a(e,"strategy.no_area"),c,r))]}}};function ee(i,r,e,t){let n=e.filter(o=>Number.isFinite(Number(i.states[o.loss_entity??""]?.state))).map(o=>({entity:o.loss_entity,name:o.device}));return{type:"grid",cards:[{type:"heading",heading:r},...n.length?[{type:"history-graph",hours_to_show:t.hours??24,entities:n,grid_options:R}]:[],{type:"statistics-graph",days_to_show:t.days??30,period:"day",stat_types:["mean","max"],entities:e.map(o=>({entity:o.statistic_id,name:o.device})),grid_options:R}]}}customElements.get("ll-strategy-view-smartguard")||customElements.define("ll-strategy-view-smartguard",E);var _="smartguard-card";function W(i,r){let e=i.entities?.[r];return e?.platform==="smartguard"&&e.translation_key==="anomaly"}var z=class extends ${static getStubConfig(r){let e=Object.keys(r.states).find(t=>W(r,t));return e?{entity:e}:{}}static getConfigForm(){return{schema:[{name:"entity",selector:{entity:{filter:{integration:"smartguard",domain:"binary_sensor"}}}},{name:"title",selector:{text:{}}},{name:"",type:"grid",schema:[{name:"window",default:!0,selector:{boolean:{}}},{name:"spark",default:!0,selector:{boolean:{}}},{name:"buttons",default:!0,selector:{boolean:{}}},{name:"hours",default:24,selector:{number:{min:1,max:168,mode:"box"}}}]}],computeLabel:r=>G(`editor.${r.name}`),computeHelper:r=>r.name==="hours"||r.name==="entity"?G(`editor.${r.name}_helper`):void 0}}};function G(i){let r=document.querySelector("home-assistant");return a(r?.hass??{localize:()=>""},i)}customElements.get(_)||(customElements.define(_,z),window.customCards=[...window.customCards??[],{type:_,name:"SmartGuard",description:"Is everything at home as usual, and if not, why",preview:!0,getEntitySuggestion:(i,r)=>W(i,r)?{config:{type:`custom:${_}`,entity:r}}:null}]);
